import { expect, it } from 'vitest';
import { idsOf, newSession, says, upTo } from '../support/samples.ts';
import { append, itemsOf, sessionNow } from '../contract/store-under-test.ts';
import { redisOfFile } from './redis-setup.ts';

const server = redisOfFile();

/** How often the streams are read while the work is done, scripts included. */
async function readsOf(work: () => Promise<unknown>): Promise<number> {
  await server.redis.cli('CONFIG', 'RESETSTAT');
  await work();
  const stats = await server.redis.cli('INFO', 'commandstats');
  const calls = [...stats.matchAll(/^cmdstat_x(?:rev)?range:calls=(\d+)/gm)];
  return calls.reduce((sum, [, count]) => sum + Number(count), 0);
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
