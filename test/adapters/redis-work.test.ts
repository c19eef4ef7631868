import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { idsOf, newSession, says, upTo } from '../support/samples.ts';
import { append, itemsOf, sessionNow } from '../contract/store-under-test.ts';
import { startRedis, type RedisServer } from '../support/redis-server.ts';
import { openRedis, type RedisUnderTest } from './redis-setup.ts';

let redis: RedisServer;
let opened: RedisUnderTest;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(async () => {
  await redis.stop();
});
beforeEach(async () => {
  await redis.cli('FLUSHALL');
  opened = openRedis({ url: redis.url });
});
afterEach(async () => {
  await opened.close();
});

/** How often the streams are read while the work is done, scripts included. */
async function readsOf(work: () => Promise<unknown>): Promise<number> {
  await redis.cli('CONFIG', 'RESETSTAT');
  await work();
  const stats = await redis.cli('INFO', 'commandstats');
  const calls = [...stats.matchAll(/^cmdstat_x(?:rev)?range:calls=(\d+)/gm)];
  return calls.reduce((sum, [, count]) => sum + Number(count), 0);
}

/** Items, and behind them as many tombstones as there were appends that were taken back. */
async function fill(items: number, takenBack: number): Promise<void> {
  const { store } = opened;
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
  const { end } = await sessionNow(opened.store);
  const read = async () => {
    const page = await opened.store.page('s', { count: 300, from: 'end', upTo: end });
    expect(page.entries).toHaveLength(300);
  };
  expect(await readsOf(read)).toBeLessThan(20);
});

it('reads little for a page over items that were taken back, from either end', async () => {
  await fill(10, 400);
  await append(opened.store, 's', ...upTo(10).map((n) => says(`late ${n}`)));
  const { end } = await sessionNow(opened.store);
  for (const from of ['start', 'end'] as const) {
    const read = async () => {
      const page = await opened.store.page('s', { count: 20, from, upTo: end });
      expect(page.entries).toHaveLength(20);
    };
    expect(await readsOf(read)).toBeLessThan(20);
  }
});

it('reads little for a pop and a removal before which many items were taken back', async () => {
  await fill(20, 400);
  expect(await readsOf(() => opened.store.pop({ sessionId: 's' }))).toBeLessThan(20);
  const remove = idsOf((await itemsOf(opened.store)).slice(-10).toReversed());
  expect(await readsOf(() => opened.store.append({ sessionId: 's', steps: [], remove }))).toBeLessThan(20);
  expect(await itemsOf(opened.store)).toHaveLength(9);
});

it('ends a page whose log Redis has thrown away', async () => {
  await fill(10, 0);
  const { end } = await sessionNow(opened.store);
  await redis.cli('DEL', 'as:{s}:log');
  expect(await opened.store.page('s', { count: 5, from: 'end', upTo: end })).toMatchObject({ entries: [] });
});
