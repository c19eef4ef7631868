import { describe, expect, it } from 'vitest';
import type { RedisLink } from '../../src/adapters/redis/link.ts';
import { createRedisStore } from '../../src/adapters/redis/store.ts';
import type { SessionStore } from '../../src/core/store.ts';
import { append, fork, itemsOf, sessionNow } from '../contract/store-under-test.ts';
import {
  agentStep,
  callItem,
  idsOf,
  itemStep,
  messageItem,
  newSession,
  once,
  resultItem,
  says,
  textsOf,
  upTo,
} from '../support/samples.ts';
import { startProxy, type TcpProxy } from '../support/tcp-proxy.ts';
import { newMark, openRedis, redisOfFile } from './redis-setup.ts';

const server = redisOfFile();

async function keys(pattern: string): Promise<readonly string[]> {
  const found = await server.opened.ask((client) => client.keys(pattern));
  return found.toSorted();
}

async function dropStaging(): Promise<readonly string[]> {
  const staged = await keys('*:fork:*');
  if (staged.length > 0) await server.opened.ask((client) => client.unlink(...staged));
  return staged;
}

async function empty(): Promise<void> {
  await server.opened.ask((client) => client.flushall());
}

/** The store of another server: before its nth command, from 0, something else happens. */
function disturbed(
  link: RedisLink,
  nth: number,
  disturb: () => Promise<unknown>,
): { readonly store: SessionStore; readonly commands: () => number } {
  let count = 0;
  const client: RedisLink = {
    ...link,
    async run(key, send) {
      if (count++ === nth) await disturb();
      return link.run(key, send);
    },
  };
  return { store: createRedisStore({ client, newMark }), commands: () => count };
}

const SIZE = 540;

/** A session that is copied in two parts: hand-offs and a call early and late, so that a cut between them shows. */
async function fill(): Promise<void> {
  const { store } = server.opened;
  await store.create(newSession());
  const texts = upTo(SIZE - 6).map((n) => says(`${n}`));
  const begin = [agentStep('a'), itemStep(callItem('c', 'search')), agentStep('b')];
  const end = [agentStep('c'), itemStep(callItem('d', 'fetch')), agentStep('d')];
  await append(store, 's', ...begin, ...texts, ...end);
}

async function removeNewest(count: number): Promise<void> {
  const items = await itemsOf(server.opened.store);
  const remove = idsOf(items.slice(-count).toReversed());
  await server.opened.store.append({ sessionId: 's', steps: [agentStep('late'), says('late')], remove });
}

/** What may come between: each with how many of the first items the source keeps, null when the session goes. */
const DISTURBANCES: Readonly<
  Record<string, { readonly disturb: () => Promise<unknown>; readonly left: number | null }>
> = {
  'something is added': { disturb: () => append(server.opened.store, 's', says('late')), left: SIZE },
  'the title is changed': {
    disturb: () => server.opened.store.update({ sessionId: 's', title: 'New' }),
    left: SIZE,
  },
  'the newest items go': { disturb: () => removeNewest(5), left: SIZE - 5 },
  'half of the items go': { disturb: () => removeNewest(SIZE / 2), left: SIZE / 2 },
  'nearly all items go': { disturb: () => removeNewest(SIZE - 2), left: 2 },
  'it is cleared': { disturb: () => server.opened.store.clear({ sessionId: 's' }), left: 0 },
  'it is deleted': { disturb: () => server.opened.store.delete({ sessionId: 's' }), left: null },
  'it is deleted and made again': {
    disturb: async () => {
      await server.opened.store.delete({ sessionId: 's' });
      await server.opened.store.create(newSession({ title: 'Again' }));
    },
    left: 0,
  },
};

describe('a fork on Redis', () => {
  for (const [what, { disturb, left }] of Object.entries(DISTURBANCES)) {
    it(`is of one moment though, somewhere on the way, ${what}`, async () => {
      let nth = 0;
      for (let more = true; more; nth++) {
        await empty();
        await fill();
        const before = textsOf(await itemsOf(server.opened.store));
        const { store, commands } = disturbed(server.opened.connection.commands, nth, disturb);
        const outcome = await fork(store).catch((error: unknown) => ({ error }));
        more = commands() > nth;
        if ('error' in outcome) {
          expect(left).toBeNull();
          expect(outcome.error).toMatchObject({ code: 'NOT_FOUND' });
          expect(await server.opened.store.get('f')).toBeNull();
        } else {
          const texts = textsOf(await itemsOf(server.opened.store, 'f'));
          const after = left === null ? [] : textsOf(await itemsOf(server.opened.store));
          // What is added on the way is copied when it came before the copy began.
          const possible = left === null ? [before] : [before, before.slice(0, left), after];
          expect(possible).toContainEqual(texts);
          const handoffs = texts.flatMap((text) => /> (\w+)$/.exec(text)?.[1] ?? []);
          const agents = { currentAgent: handoffs.at(-1) ?? null, agentsUsed: handoffs };
          expect(outcome).toMatchObject({ itemCount: texts.length, ...agents });
          expect(await sessionNow(server.opened.store, 'f')).toEqual(outcome);
        }
        expect(await keys('*:fork:*')).toEqual([]);
      }
      expect(nth).toBeGreaterThan(7);
    });
  }

  it('does not take a session made again for the one that it began to read', async () => {
    const { store } = server.opened;
    await store.create(newSession());
    for (const n of upTo(600)) await store.update({ sessionId: 's', title: `${n}` });
    const [item] = await append(store, 's', says('one'));
    const behind = disturbed(server.opened.connection.commands, 4, async () => {
      await store.delete({ sessionId: 's' });
      await store.create(newSession());
      await append(store, 's', says('another'));
    });
    const forked = fork(behind.store, item && { upTo: item.id });
    await expect(forked).rejects.toMatchObject({ code: 'CURSOR_EXPIRED' });
    expect(await store.get('f')).toBeNull();
    expect(await keys('*:fork:*')).toEqual([]);
  });

  it('begins anew when what was copied so far has been lost', async () => {
    await fill();
    let lost: readonly string[] = [];
    const { store } = disturbed(server.opened.connection.commands, 4, async () => {
      lost = await dropStaging();
    });
    expect(await fork(store)).toMatchObject({ itemCount: SIZE });
    expect(lost).not.toEqual([]);
    expect(await itemsOf(server.opened.store, 'f')).toHaveLength(SIZE);
  });

  it('gives up with STORE_UNAVAILABLE when what was copied is lost again and again', async () => {
    await fill();
    const { connection } = server.opened;
    const link: RedisLink = {
      ...connection.commands,
      async run(key, send) {
        await dropStaging();
        return connection.commands.run(key, send);
      },
    };
    const store = createRedisStore({ client: link, newMark });
    await expect(fork(store)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(await server.opened.store.get('f')).toBeNull();
  });

  it('leaves what a crash cut short for no longer than an hour, and no session', async () => {
    await fill();
    const { store } = disturbed(server.opened.connection.commands, 4, () =>
      Promise.reject(new Error('The process ends.')),
    );
    await expect(fork(store)).rejects.toThrow('The process ends.');
    const staged = await keys('*:fork:*');
    expect(staged).not.toEqual([]);
    for (const key of staged) {
      expect(key).toMatch(/^as:\{f\}:fork:/);
      expect(Number(await server.redis.cli('TTL', key))).toBeGreaterThan(3_500);
      expect(Number(await server.redis.cli('TTL', key))).toBeLessThanOrEqual(3_600);
    }
    expect(await server.opened.store.get('f')).toBeNull();
    expect(await server.opened.store.delete({ sessionId: 'f' })).toBe(false);
    expect(await fork(server.opened.store)).toMatchObject({ itemCount: SIZE });
  });

  it('copies large items a few at a time', async () => {
    await server.opened.store.create(newSession());
    const large = 'ä'.repeat(200_000);
    for (const n of upTo(20)) await append(server.opened.store, 's', says(`${n}${large}`));
    const { store, commands } = disturbed(server.opened.connection.commands, -1, () => Promise.resolve());
    expect(await fork(store)).toMatchObject({ itemCount: 20 });
    expect(commands()).toBeGreaterThan(6);
    const texts = textsOf(await itemsOf(server.opened.store, 'f'));
    expect(texts).toEqual(upTo(20).map((n) => `${n}${large}`));
  });

  it('passes over long runs of what is no item', async () => {
    const { store } = server.opened;
    await store.create(newSession());
    await append(store, 's', says('first'));
    for (const n of upTo(600)) await store.update({ sessionId: 's', title: `${n}` });
    await append(store, 's', says('last'));
    await fork(store);
    expect(textsOf(await itemsOf(store, 'f'))).toEqual(['first', 'last']);
  });

  it('keeps all its keys for ever, or lets them expire in the same millisecond', async () => {
    const { store } = server.opened;
    const roles = (['USER', 'ASSISTANT', 'SYSTEM', 'DEVELOPER'] as const).map((role) =>
      messageItem(role, 'x'),
    );
    await store.create(newSession());
    await append(store, 's', agentStep('a'), ...roles.map(itemStep), itemStep(callItem('c', 'search')));
    await fork(store);
    const names = [
      '',
      ':calls',
      ':items',
      ':log',
      ...['assistant', 'developer', 'system', 'user'].map((r) => `:role:${r}`),
    ];
    expect(await keys('as:{f}*')).toEqual(names.map((name) => `as:{f}${name}`));
    for (const key of await keys('as:{f}*')) expect(await server.redis.cli('PTTL', key)).toBe('-1');
    await store.update({ sessionId: 's', expiresAfter: 100 });
    const session = await fork(store, { newId: 'g' });
    const times = await Promise.all(
      (await keys('as:{g}*')).map((key) => server.redis.cli('PEXPIRETIME', key)),
    );
    expect(times).toEqual(names.map(() => String(session.updatedAt + 100_000)));
  });

  it('takes nothing over from keys that were left under its id', async () => {
    const { store } = server.opened;
    await store.create(newSession({ id: 'f' }));
    await append(store, 'f', itemStep(messageItem('SYSTEM', 'old')), itemStep(callItem('old', 'search')));
    await server.redis.cli('DEL', 'as:{f}');
    await store.create(newSession());
    await append(store, 's', says('new'));
    await fork(store);
    expect(await keys('as:{f}*')).toEqual(['as:{f}', 'as:{f}:items', 'as:{f}:log', 'as:{f}:role:user']);
    const [result] = await append(store, 'f', itemStep(resultItem('old')));
    expect(result?.item.toolName).toBeNull();
  });
});

describe('a fork on Redis under a key', () => {
  it('finishes what a crash left after its reservation', async () => {
    await fill();
    await server.redis.cli('SET', 'as:key:ada:k', JSON.stringify(['digest', 'reserved', null]));
    expect(await fork(server.opened.store, { once: once('k') })).toMatchObject({
      id: 'reserved',
      itemCount: SIZE,
    });
    expect(await server.opened.store.get('f')).toBeNull();
  });

  it('happens once, whichever of its replies is lost', async () => {
    const proxy: TcpProxy = await startProxy(server.redis.port);
    let nth = 0;
    for (let more = true; more; nth++) {
      await empty();
      await fill();
      const behind = openRedis({ url: `redis://127.0.0.1:${proxy.port}`, commandTimeout: 1_000 });
      await behind.store.check();
      const { store, commands } = disturbed(behind.connection.commands, nth, async () =>
        proxy.cutAtNextReply(),
      );
      const first = await fork(store, { newId: 'a', once: once('k') }).catch((error: unknown) => ({ error }));
      more = commands() > nth;
      if (more) expect(first).toMatchObject({ error: { code: 'STORE_TIMEOUT' } });
      const again = await fork(server.opened.store, { newId: 'b', once: once('k') });
      expect(await fork(behind.store, { newId: 'c', once: once('k') })).toEqual(again);
      expect(again).toMatchObject({ itemCount: SIZE });
      const { sessions } = await server.opened.store.list('ada', { count: 10, from: 'start' });
      expect(sessions).toHaveLength(2);
      await behind.close();
    }
    expect(nth).toBeGreaterThan(10);
    await proxy.stop();
  });
});
