import { expect, it, vi } from 'vitest';
import type { Doorbell, ListDoorbell } from '../../src/core/live.ts';
import type { LogEntry } from '../../src/core/log.ts';
import { answers, draftText, newDraft, newSession, says, upTo } from '../support/samples.ts';
import { entriesHeard } from '../contract/session-model.ts';
import { at } from '../contract/store-under-test.ts';
import { startProxy, type TcpProxy } from '../support/tcp-proxy.ts';
import { clockOf, openRedis, redisOfFile, subscriberOf } from './redis-setup.ts';

const server = redisOfFile();

async function hear(sessionId: string, { live } = server.opened): Promise<Doorbell[]> {
  const bells: Doorbell[] = [];
  await live.listen(sessionId, (doorbell) => void bells.push(doorbell));
  return bells;
}

/** Resolves when a write rings with what it wrote; those before may have been lost with their connection. */
async function expectHearing(bells: Doorbell[], sessionId = 's'): Promise<void> {
  const written: LogEntry[] = [];
  const write = async () => {
    const { entries } = await server.opened.store.append({ sessionId, steps: [says('are you there?')] });
    written.push(...entries);
    expect(entriesHeard(bells)).toContainEqual(expect.toBeOneOf(written));
  };
  await vi.waitFor(write, { timeout: 5_000 });
}

it('rings look after each loss of its connection, and goes on hearing', async () => {
  await server.opened.store.create(newSession());
  const bells = await hear('s');
  for (const round of upTo(20)) {
    bells.length = 0;
    await vi.waitFor(async () =>
      expect(await server.redis.cli('CLIENT', 'KILL', 'TYPE', 'pubsub')).not.toBe('0'),
    );
    await vi.waitFor(() => expect(bells, `round ${round}`).toContain('look'), { timeout: 5_000 });
  }
  await expectHearing(bells);
});

it('hears on all channels after losing its connection while it made them', async () => {
  const ids = upTo(50).map((n) => `s${n}`);
  for (const id of ids) await server.opened.store.create(newSession({ id }));
  const all = await Promise.all(ids.map((id) => hear(id)));
  for (let kill = 0; kill < 20; kill++)
    await server.redis.cli('CLIENT', 'KILL', 'TYPE', 'pubsub', 'SKIPME', 'yes');
  for (const bells of all) await vi.waitFor(() => expect(bells).toContain('look'), { timeout: 5_000 });
  for (const [n, bells] of all.entries()) await expectHearing(bells, `s${n}`);
  expect(await server.redis.cli('PUBSUB', 'NUMSUB', 'as:{s7}')).toBe('as:{s7}\n1');
});

it('is never deaf after listeners came and went while connections were lost', async () => {
  await server.opened.store.create(newSession());
  for (let round = 0; round < 15; round++) {
    const end = await server.opened.live.listen('s', () => undefined);
    const killed = server.redis.cli('CLIENT', 'KILL', 'TYPE', 'pubsub');
    await end();
    await killed;
  }
  const bells: Doorbell[] = [];
  await server.opened.live.listen('s', (bell) => void bells.push(bell));
  await expectHearing(bells);
  expect(bells).not.toEqual([]);
});

it('leaves no subscription behind', async () => {
  const ends = await Promise.all(
    upTo(10).map((n) => server.opened.live.listen(`s${n % 3}`, () => undefined)),
  );
  expect((await server.redis.cli('PUBSUB', 'CHANNELS')).split('\n')).toHaveLength(3);
  await Promise.all(ends.map((end) => end()));
  await vi.waitFor(async () => expect(await server.redis.cli('PUBSUB', 'CHANNELS')).toBe(''));
});

it('does not subscribe again to what is left while it subscribes again to the rest', async () => {
  const looks: string[] = [];
  const ends = await Promise.all(
    upTo(1_200).map((n) => server.opened.live.listen(`s${n}`, () => void looks.push(`s${n}`))),
  );
  const client = subscriberOf(server.opened);
  // The feed has sent the first of its commands when this hears of the connection.
  const left = new Promise<void>((resolve, reject) => {
    client.once('ready', () => {
      const leaving = [3, 700, 1_100].map((n) => at(ends, n)());
      Promise.all(leaving).then(() => resolve(), reject);
    });
  });
  await server.redis.cli('CLIENT', 'KILL', 'TYPE', 'pubsub');
  await left;
  await vi.waitFor(() => expect(looks).toContain('s1199'), { timeout: 5_000 });
  expect(looks).toHaveLength(1_197);
  const channels = (await server.redis.cli('PUBSUB', 'CHANNELS')).split('\n');
  expect(channels).toHaveLength(1_197);
  expect(channels).toContain('as:{s4}');
  await Promise.all(ends.map((end) => end()));
  await vi.waitFor(async () => expect(await server.redis.cli('PUBSUB', 'CHANNELS')).toBe(''));
});

it('replaces a connection that has fallen silent, and rings look', async () => {
  const proxy: TcpProxy = await startProxy(server.redis.port);
  const clock = clockOf(5);
  const behind = openRedis({ url: `redis://127.0.0.1:${proxy.port}`, clock, commandTimeout: 1_000 });
  await server.opened.store.create(newSession());
  const bells = await hear('s', behind);
  const closed = new Promise((resolve) => subscriberOf(behind).once('close', resolve));
  proxy.stall();
  await closed;
  proxy.pass();
  await vi.waitFor(() => expect(bells).toContain('look'), { timeout: 5_000 });
  await expectHearing(bells);
  await behind.close();
  await proxy.stop();
});

it('comes back after Redis was stopped and continued', async () => {
  const behind = openRedis({ url: server.redis.url, clock: clockOf(5), commandTimeout: 500 });
  await server.opened.store.create(newSession());
  const bells = await hear('s', behind);
  const closed = new Promise((resolve) => subscriberOf(behind).once('close', resolve));
  server.redis.pause();
  await closed;
  server.redis.resume();
  await vi.waitFor(() => expect(bells).toContain('look'), { timeout: 10_000 });
  await expectHearing(bells);
  await behind.close();
});

it('rejects with STORE_UNAVAILABLE when Redis refuses the channel, and rejects nothing else', async () => {
  await server.redis.cli(
    'ACL',
    'SETUSER',
    'mute',
    'on',
    '>secret',
    '~*',
    '+@all',
    'resetchannels',
    '&as:{allowed}',
  );
  const mute = openRedis({ url: server.redis.url.replace('//', '//mute:secret@') });
  const refused = { code: 'STORE_UNAVAILABLE' };
  const listening = [1, 2, 3].map(() => mute.live.listen('s', () => undefined));
  for (const result of listening) await expect(result).rejects.toMatchObject(refused);
  await expect(mute.live.listen('s', () => undefined)).rejects.toMatchObject(refused);

  const bells = await hear('allowed', mute);
  await server.opened.store.create(newSession({ id: 'allowed' }));
  await vi.waitFor(() => expect(bells).toEqual(['look']));
  await server.redis.cli('ACL', 'SETUSER', 'mute', '&as:{s}');
  await server.opened.store.create(newSession());
  await expectHearing(await hear('s', mute));
  await mute.close();
});

it('rings look for a write that is too large to be handed on', async () => {
  await server.opened.store.create(newSession());
  const bells = await hear('s');
  await server.opened.store.append({
    sessionId: 's',
    steps: [says('x'.repeat(70_000)), answers('a long one')],
  });
  await vi.waitFor(() => expect(bells).toEqual(['look']));
});

it('takes what it cannot read for a look, and reports it', async () => {
  const payloads = ['{"from":"another version"}', '1-0.aaaaaaaa', '1-0.aaaaaaaa\t\t\nmoved\td', ''];
  const bells = await hear('s');
  for (const payload of payloads) await server.redis.cli('PUBLISH', 'as:{s}', payload);
  await vi.waitFor(() => expect(bells).toEqual(payloads.map(() => 'look')));
  const lists: ListDoorbell[] = [];
  await server.opened.live.listenToList('ada', (bell) => void lists.push(bell));
  await server.redis.cli('PUBLISH', 'as:user:ada', 'no/id');
  await vi.waitFor(() => expect(lists).toEqual(['look']));
  expect(server.opened.errors).toHaveLength(payloads.length + 1);
});

it('rings look for lists too after the loss of its connection, and goes on hearing', async () => {
  const bells: ListDoorbell[] = [];
  await server.opened.live.listenToList('ada', (bell) => void bells.push(bell));
  await vi.waitFor(async () =>
    expect(await server.redis.cli('CLIENT', 'KILL', 'TYPE', 'pubsub')).not.toBe('0'),
  );
  await vi.waitFor(() => expect(bells).toContain('look'), { timeout: 5_000 });
  await server.opened.store.create(newSession());
  await vi.waitFor(() => expect(bells).toContainEqual({ sessionId: 's' }));
});

it('rings look for a piece of a draft that is too large to be handed on', async () => {
  await server.opened.store.create(newSession());
  await server.opened.store.startDraft(newDraft());
  const bells = await hear('s');
  // Each of these takes six bytes in JSON.
  await server.opened.store.appendToDraft(draftText('\u0001'.repeat(11_000)));
  await vi.waitFor(() => expect(bells).toEqual(['look']));
});

it('lets listeners end while Redis is gone, and refuses new ones within a second', async () => {
  const end = await server.opened.live.listen('s', () => undefined);
  await server.redis.kill();
  await vi.waitFor(() => expect(subscriberOf(server.opened).status).not.toBe('ready'));
  await expect(end()).resolves.toBeUndefined();
  await expect(server.opened.live.listen('s', () => undefined)).rejects.toMatchObject({
    code: 'STORE_UNAVAILABLE',
  });
  await server.opened.close();
  await server.redis.restart();
});
