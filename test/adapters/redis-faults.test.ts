import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { draftText, idsOf, newDraft, newSession, once, says, textsOf, upTo } from '../support/samples.ts';
import { fork, itemsOf, sessionNow } from '../contract/store-under-test.ts';
import { startRedis, type RedisServer } from '../support/redis-server.ts';
import { startProxy, type TcpProxy } from '../support/tcp-proxy.ts';
import { openRedis, type RedisUnderTest } from './redis-setup.ts';

let redis: RedisServer;
let proxy: TcpProxy;
let opened: RedisUnderTest;
beforeAll(async () => {
  redis = await startRedis({ appendonly: true });
});
afterAll(async () => {
  await redis.stop();
});
beforeEach(async () => {
  await redis.cli('FLUSHALL');
  proxy = await startProxy(redis.port);
  opened = openRedis({ url: `redis://127.0.0.1:${proxy.port}`, commandTimeout: 400 });
  // What a test cuts off must not be an answer to the greetings of the connection for wake-ups.
  await opened.live.listen('none', () => {});
});
afterEach(async () => {
  await opened.close();
  await proxy.stop();
});

async function failure(promise: Promise<unknown>): Promise<{ error: unknown; ms: number }> {
  const start = performance.now();
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  return { error, ms: performance.now() - start };
}

const hello = { sessionId: 's', steps: [says('hello')] };

describe('a reply that is lost', () => {
  it('ends each call with STORE_TIMEOUT, and no call is left open', async () => {
    await opened.store.create(newSession());
    proxy.cutAtNextAnswer();
    const calls = upTo(20).map(() => failure(opened.store.append(hello)));
    for (const { error } of await Promise.all(calls)) expect(error).toMatchObject({ code: 'STORE_TIMEOUT' });
    expect(proxy.swallowed).toBe(1);
  });

  it('is said to be that of a read, or of a write that may have been done', async () => {
    const { end } = await opened.store.create(newSession());
    const reads = [
      () => opened.store.get('s'),
      () => opened.store.item('s', end),
      () => opened.store.read('s', null, 10),
      () => opened.store.page('s', { count: 1, from: 'end', upTo: end }),
      () => opened.store.ends(['s']),
      () => opened.store.list('ada', { count: 1, from: 'end' }),
    ];
    // The reply that is lost may be that of a ping, or the end of another's.
    const lost = async (call: () => Promise<unknown>): Promise<unknown> => {
      for (;;) {
        await opened.store.check();
        proxy.cutAtNextAnswer();
        const { error } = await failure(call());
        if (error !== null) return error;
      }
    };
    const message = 'The store did not answer in time. Try again.';
    for (const call of reads) expect(await lost(call)).toMatchObject({ code: 'STORE_TIMEOUT', message });
    const written = await lost(() => opened.store.append(hello));
    expect(written).toMatchObject({ message: expect.stringContaining('the same idempotency key') });
  });

  it('does not write twice without a key', async () => {
    await opened.store.create(newSession());
    proxy.cutAtNextAnswer();
    await expect(opened.store.append(hello)).rejects.toMatchObject({ code: 'STORE_TIMEOUT' });
    expect(textsOf(await itemsOf(opened.store))).toEqual(['hello']);
  });

  it('writes once when the call is repeated with its key', async () => {
    await opened.store.create(newSession());
    const write = { ...hello, once: once('k') };
    proxy.cutAtNextAnswer();
    await expect(opened.store.append(write)).rejects.toMatchObject({ code: 'STORE_TIMEOUT' });
    const { entries } = await opened.store.append(write);
    expect(await itemsOf(opened.store)).toEqual(entries);
  });

  it('makes one session when the creation is repeated with its key', async () => {
    await opened.store.check();
    proxy.cutAtNextAnswer();
    const first = { ...newSession({ id: 'first' }), once: once('k') };
    await expect(opened.store.create(first)).rejects.toMatchObject({ code: 'STORE_TIMEOUT' });
    expect(await opened.store.create({ ...first, id: 'second' })).toMatchObject({ id: 'first' });
    expect((await opened.store.list('ada', { count: 10, from: 'start' })).sessions).toHaveLength(1);
  });

  it('ends each call with STORE_TIMEOUT when the connection just falls silent', async () => {
    await opened.store.create(newSession());
    proxy.stall();
    const calls = upTo(5).map(() => failure(opened.store.append(hello)));
    for (const { error } of await Promise.all(calls)) expect(error).toMatchObject({ code: 'STORE_TIMEOUT' });
    proxy.pass();
    await vi.waitFor(async () => expect(await itemsOf(opened.store)).toEqual([]));
  });
});

describe('a Redis that is gone', () => {
  it('fails reads and writes with STORE_UNAVAILABLE within a second, and serves them when it is back', async () => {
    const session = await opened.store.create(newSession());
    await redis.kill();
    const calls = [
      opened.store.append(hello),
      opened.store.get('s'),
      opened.store.create(newSession({ id: 'other' })),
      opened.store.read('s', null, 10),
      opened.store.check(),
      opened.live.listen('s', () => undefined),
    ];
    // Before the client has noticed, a call may still be sent, and end as one whose reply was lost.
    for (const { error, ms } of await Promise.all(calls.map(failure))) {
      expect(error).toMatchObject({ code: expect.stringMatching(/^STORE_/) });
      expect(ms).toBeLessThan(1_000);
    }
    const later = await failure(opened.store.append(hello));
    expect(later.error).toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(later.ms).toBeLessThan(1_000);
    await redis.restart();
    await vi.waitFor(async () => expect(await opened.store.get('s')).toEqual(session), { timeout: 5_000 });
  });

  it('fails calls with STORE_UNAVAILABLE also when it was never there', async () => {
    const nowhere = openRedis({ url: 'redis://127.0.0.1:1' });
    const { error, ms } = await failure(nowhere.store.get('s'));
    expect(error).toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(ms).toBeLessThan(1_000);
    await nowhere.close();
  });

  it('says nothing of what Redis said, except as the cause', async () => {
    await redis.cli('CONFIG', 'SET', 'min-replicas-to-write', '1');
    const { error } = await failure(opened.store.create(newSession()));
    await redis.cli('CONFIG', 'SET', 'min-replicas-to-write', '0');
    expect(error).toMatchObject({ code: 'STORE_UNAVAILABLE', cause: { name: 'ReplyError' } });
    expect(String(error)).not.toMatch(/NOREPLICAS|replica/i);
  });
});

describe('closing', () => {
  it.each([
    ['a farewell that is answered and not followed by the end', () => proxy.hideEnds()],
    ['a link that falls silent', () => proxy.stall()],
    ['a farewell whose answer is lost with the connection', () => proxy.cutAtNextAnswer()],
  ])('comes to its end with %s', async (_what, fail) => {
    await opened.store.create(newSession());
    const stop = await opened.live.listen('s', () => undefined);
    fail();
    await stop();
    await opened.close();
    await expect(opened.store.get('s')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  });
});

describe('a Redis that refuses', () => {
  it.each([
    ['READONLY', [['REPLICAOF', '127.0.0.1', '1']], [['REPLICAOF', 'NO', 'ONE']]],
    ['OOM', [['CONFIG', 'SET', 'maxmemory', '1']], [['CONFIG', 'SET', 'maxmemory', '0']]],
    [
      'NOREPLICAS',
      [['CONFIG', 'SET', 'min-replicas-to-write', '1']],
      [['CONFIG', 'SET', 'min-replicas-to-write', '0']],
    ],
  ])(
    'fails each write whole with STORE_UNAVAILABLE on %s, and goes on reading',
    async (_code, before, after) => {
      const { store } = opened;
      await store.create(newSession());
      const { entries } = await store.append(hello);
      await store.startDraft(newDraft());
      await store.appendToDraft(draftText('Hi'));
      const drafts = await store.drafts('s');
      const session = await sessionNow(store);
      for (const command of before) await redis.cli(...command);
      const writes = [
        store.create(newSession({ id: 'other' })),
        store.append({ ...hello, once: once('a') }),
        store.update({ sessionId: 's', title: 'Plans', expiresAfter: null }),
        store.pop({ sessionId: 's' }),
        store.append({ sessionId: 's', steps: [], remove: idsOf(entries) }),
        fork(store),
        fork(store, { once: once('f') }),
        store.clear({ sessionId: 's' }),
        store.startDraft(newDraft({ id: 'e' })),
        store.appendToDraft(draftText(' there', { offset: 2 })),
        store.appendToDraft(draftText('Hi')),
        store.append({ ...hello, draft: { id: 'd', step: 0 } }),
        store.check(),
      ];
      const failures = await Promise.all(writes.map(failure));
      const read = await store.get('s');
      const items = await itemsOf(store);
      const draftsRead = await store.drafts('s');
      for (const command of after) await redis.cli(...command);
      for (const { error } of failures) expect(error).toMatchObject({ code: 'STORE_UNAVAILABLE' });
      expect(read).toEqual(session);
      expect(textsOf(items)).toEqual(['hello']);
      expect(draftsRead).toEqual(drafts);
      await store.appendToDraft(draftText(' there', { offset: 2 }));
      expect(await store.drafts('s')).toMatchObject({ open: [{ id: 'd', text: 'Hi there' }] });
      for (const id of ['other', 'f']) expect(await store.get(id)).toBeNull();
      expect((await store.append({ ...hello, once: once('a') })).session.itemCount).toBe(2);
    },
  );

  it('writes on after its scripts were flushed', async () => {
    await opened.store.create(newSession());
    for (const n of upTo(20)) {
      await redis.cli('SCRIPT', 'FLUSH', n % 2 === 0 ? 'SYNC' : 'ASYNC');
      await Promise.all([
        opened.store.append({ sessionId: 's', steps: [says(`${n} a`)] }),
        opened.store.append({ sessionId: 's', steps: [says(`${n} b`)] }),
      ]);
    }
    expect(await sessionNow(opened.store)).toMatchObject({ itemCount: 40, messageCount: 40 });
  });
});
