import { expect, it } from 'vitest';
import type { RedisLink } from '../../src/adapters/redis/link.ts';
import { createRedisStore } from '../../src/adapters/redis/store.ts';
import type { SessionStore } from '../../src/core/store.ts';
import {
  agentStep,
  answers,
  callItem,
  draftText,
  idsOf,
  itemStep,
  newDraft,
  newSession,
  says,
  upTo,
} from '../support/samples.ts';
import { append, itemsOf, sessionNow } from '../contract/store-under-test.ts';
import { newMark, redisOfFile } from './redis-setup.ts';

const server = redisOfFile();

/** How often each command is done with the work, those within scripts included, and not what connections ask by themselves. */
async function commandsOf(work: () => Promise<unknown>): Promise<Readonly<Record<string, number>>> {
  await server.redis.cli('CONFIG', 'RESETSTAT');
  await work();
  const stats = await server.redis.cli('INFO', 'commandstats');
  const counted = [...stats.matchAll(/^cmdstat_([a-z]+):calls=(\d+)/gm)];
  const counts = counted.map(([, name = '', count]) => [name, Number(count)] as const);
  return Object.fromEntries(counts.filter(([name]) => name !== 'ping'));
}

/** How often the streams are read while the work is done. */
async function readsOf(work: () => Promise<unknown>): Promise<number> {
  const { xrange = 0, xrevrange = 0 } = await commandsOf(work);
  return xrange + xrevrange;
}

/** A store, and how many round trips its calls have cost. */
function counted(draftIdleMs?: number): { readonly store: SessionStore; readonly trips: () => number } {
  const { commands } = server.opened.connection;
  let trips = 0;
  let isUnderWay = false;
  /** What is sent at once travels together. */
  const depart = (): void => {
    if (isUnderWay) return;
    isUnderWay = true;
    trips++;
    queueMicrotask(() => (isUnderWay = false));
  };
  const client: RedisLink = {
    ...commands,
    run: (key, send) => (depart(), commands.run(key, send)),
    read: (key, send) => (depart(), commands.read(key, send)),
  };
  return { store: createRedisStore({ client, newMark, draftIdleMs }), trips: () => trips };
}

/** Items, and behind them as many tombstones as there were appends that were taken back. */
async function fill(items: number, takenBack: number): Promise<void> {
  const { store } = server.opened;
  await store.create(newSession());
  await append(store, 's', ...upTo(items).map((n) => says(`${n}`)));
  const writes = upTo(takenBack).flatMap((n) => [
    append(store, 's', says(`gone ${n}`)),
    store.pop({ sessionId: 's' }),
  ]);
  await Promise.all(writes);
}

it('reads little for a page before which many items were taken back', async () => {
  await fill(300, 400);
  const { end } = await sessionNow(server.opened.store);
  const read = async () => {
    const page = await server.opened.store.page('s', { count: 300, from: 'end', upTo: end });
    expect(page.entries).toHaveLength(300);
  };
  expect(await readsOf(read)).toBeLessThan(20);
});

it('reads little for a page over items that were taken back, from either end', async () => {
  await fill(10, 400);
  await append(server.opened.store, 's', ...upTo(10).map((n) => says(`late ${n}`)));
  const { end } = await sessionNow(server.opened.store);
  for (const from of ['start', 'end'] as const) {
    const read = async () => {
      const page = await server.opened.store.page('s', { count: 20, from, upTo: end });
      expect(page.entries).toHaveLength(20);
    };
    expect(await readsOf(read)).toBeLessThan(20);
  }
});

it('reads little for a pop and a removal before which many items were taken back', async () => {
  await fill(20, 400);
  expect(await readsOf(() => server.opened.store.pop({ sessionId: 's' }))).toBeLessThan(20);
  const remove = idsOf((await itemsOf(server.opened.store)).slice(-10).toReversed());
  expect(await readsOf(() => server.opened.store.append({ sessionId: 's', steps: [], remove }))).toBeLessThan(
    20,
  );
  expect(await itemsOf(server.opened.store)).toHaveLength(9);
});

it('ends a page whose log Redis has thrown away', async () => {
  await fill(10, 0);
  const { end } = await sessionNow(server.opened.store);
  await server.redis.cli('DEL', 'as:{s}:log');
  expect(await server.opened.store.page('s', { count: 5, from: 'end', upTo: end })).toMatchObject({
    entries: [],
  });
});

it('goes on appending where Redis has thrown away what tells the oldest items', async () => {
  const { store } = server.opened;
  for (const key of ['as:{s}:items', 'as:{s}:log']) {
    await store.create(newSession({ maxItems: 2 }));
    await append(store, 's', says('one'), says('two'));
    await server.redis.cli('DEL', key);
    await append(store, 's', says('three'));
    expect(await store.read('s', null, 10)).toMatchObject({ state: 'ok' });
    await store.delete({ sessionId: 's' });
  }
});

it('appends with nine commands, two of them doorbells', async () => {
  await server.opened.store.create(newSession());
  await append(server.opened.store, 's', says('first'));
  const work = () => append(server.opened.store, 's', says('second'));
  expect(await commandsOf(work)).toEqual({ evalsha: 1, hmget: 1, xadd: 3, hset: 1, zadd: 1, publish: 2 });
});

it('sends little around a message, and is answered with little more than its place', async () => {
  const { store } = server.opened;
  await store.create(newSession());
  const text = 'x'.repeat(500);
  await append(store, 's', says(text));
  const appends = 50;
  await server.redis.cli('CONFIG', 'RESETSTAT');
  for (const _ of upTo(appends)) await append(store, 's', says(text));
  const stats = await server.redis.cli('INFO', 'stats');
  const [sent, answered] = ['input', 'output'].map((way) =>
    Number(new RegExp(`total_net_${way}_bytes:(\\d+)`).exec(stats)?.[1]),
  );
  expect(sent).toBeLessThan(appends * (text.length + 300));
  expect(answered).toBeLessThan(appends * 225);
});

it('trims with eight commands more, in a long session as in a short one', async () => {
  for (const maxItems of [3, 1500]) {
    await server.opened.store.create(newSession({ maxItems }));
    await append(server.opened.store, 's', ...upTo(1000).map((n) => says(`${n}`)));
    await append(server.opened.store, 's', ...upTo(1000).map((n) => says(`more ${n}`)));
    await append(server.opened.store, 's', says('and more'));
    const work = () => append(server.opened.store, 's', says('last'));
    const appending = { evalsha: 1, hmget: 1, xadd: 3, hset: 1, zadd: 1, publish: 2 };
    expect(await commandsOf(work)).toEqual({ ...appending, xrange: 2, xtrim: 6 });
    expect(await sessionNow(server.opened.store)).toMatchObject({ itemCount: maxItems });
    await server.opened.store.delete({ sessionId: 's' });
  }
});

it('keeps nothing in Redis of what was trimmed', async () => {
  const { store } = server.opened;
  await store.create(newSession({ maxItems: 2 }));
  await append(store, 's', itemStep(callItem('old', 'planted')), says('planted'), agentStep('guide'));
  await append(store, 's', itemStep(callItem('new', 'search')), answers('kept'));
  expect(await server.redis.cli('XLEN', 'as:{s}:log')).toBe('2');
  expect(await server.redis.cli('XLEN', 'as:{s}:items')).toBe('2');
  expect(await server.redis.cli('XLEN', 'as:{s}:role:user')).toBe('0');
  expect(await server.redis.cli('HKEYS', 'as:{s}:calls')).toBe('new');
});

it('adds a piece to a draft with nine commands that do not look at what is there', async () => {
  const { store } = server.opened;
  await store.create(newSession());
  await store.startDraft(newDraft());
  await store.startDraft(newDraft({ id: 'e' }));
  const long = 'x'.repeat(500_000);
  await store.appendToDraft(draftText(long));
  const piece = draftText('and so on', { offset: long.length });
  const commands = { evalsha: 1, hmget: 1, time: 1, hget: 1, hset: 2, publish: 1 };
  expect(await commandsOf(() => store.appendToDraft(piece))).toEqual({ ...commands, strlen: 1, append: 1 });
  // A repeat finds its piece at the end, and tells nobody.
  const { publish: _none, ...repeated } = { ...commands, hset: 1, getrange: 1 };
  expect(await commandsOf(() => store.appendToDraft(piece))).toEqual(repeated);
});

it('costs one round trip a call while no draft is abandoned', async () => {
  const { store, trips } = counted();
  await store.create(newSession());
  const calls: readonly (() => Promise<unknown>)[] = [
    () => store.startDraft(newDraft({}, { most: 2 })),
    () => store.appendToDraft(draftText('Hi')),
    () => store.appendToDraft(draftText('Hi')),
    () => store.get('s'),
    () => store.drafts('s'),
    () => store.ends(['s', 'none', 's']),
    () => append(store, 's', says('one')),
    () => store.update({ sessionId: 's', title: 'Plans' }),
    () => store.pop({ sessionId: 's' }),
    () => store.append({ sessionId: 's', steps: [], draft: { id: 'd' } }),
    () => store.listSignatures(['ada', 'bob']),
  ];
  for (const call of calls) {
    const before = trips();
    await call();
    expect(trips() - before).toBe(1);
  }
});

it('costs two round trips more to keep what was abandoned, whichever call meets it', async () => {
  const { store, trips } = counted(0);
  await store.create(newSession());
  const calls: readonly (() => Promise<unknown>)[] = [
    () => store.get('s'),
    () => store.drafts('s'),
    () => store.ends(['s', 'none']),
    () => append(store, 's', says('one')),
  ];
  for (const call of calls) {
    // By this store it is abandoned at once.
    await server.opened.store.startDraft(newDraft());
    await server.redis.cli('HSET', 'as:{s}', 'idle', '1');
    const before = trips();
    await call();
    expect(trips() - before).toBe(3);
    expect(await store.drafts('s')).toMatchObject({ open: [] });
  }
});

it('puts right once when it looks too early whether drafts are abandoned', async () => {
  const { store, trips } = counted();
  await store.create(newSession());
  await store.startDraft(newDraft());
  await server.redis.cli('HSET', 'as:{s}', 'idle', '1');
  await store.appendToDraft(draftText('Hi'));
  const before = trips();
  await store.appendToDraft(draftText('!', { offset: 2 }));
  await store.get('s');
  expect(trips() - before).toBe(2);
  expect(await store.drafts('s')).toMatchObject({ open: [{ text: 'Hi!' }] });
});
