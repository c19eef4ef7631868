import { afterEach, describe, expect, it } from 'vitest';
import { StoreUnavailableError } from '../../src/core/errors.ts';
import { append, expectCode } from '../contract/store-under-test.ts';
import { eventually } from '../support/eventually.ts';
import { newSession, says, upTo } from '../support/samples.ts';
import { openList, type ListUnderTest, type ListWatch } from './watched-list.ts';
import type { FeedSettings } from './feed-under-test.ts';

const told = (watch: ListWatch, changes: readonly string[]): Promise<void> =>
  eventually(() => expect(watch.told).toEqual(changes));

describe('a reader of a list', () => {
  const opened: ListUnderTest[] = [];
  const open = async (settings?: FeedSettings): Promise<ListUnderTest> => {
    const list = await openList(settings);
    opened.push(list);
    return list;
  };
  afterEach(async () => {
    for (const list of opened.splice(0)) await list.close();
  });

  it('comes to the end of what was missed though more happens with every page', async () => {
    let pages = 0;
    const { store, watch, elapse } = await open({
      store: (real) => ({
        ...real,
        list: async (userId, page) => {
          if (page.before !== undefined) {
            elapse(1);
            await real.update({ sessionId: 'hot', title: String(pages++) });
          }
          return real.list(userId, page);
        },
      }),
    });
    await store.create(newSession({ id: 'hot' }));
    for (const n of upTo(250)) await store.create(newSession({ id: `n${n}` }));
    const list = await watch('0~0');
    await eventually(() => expect(new Set(list.changes.map(({ sessionId }) => sessionId)).size).toBe(252));
    elapse(1_000);
    await eventually(() => expect(list.told.at(-1)).toBe(`hot: ${pages - 1}`));
    expect(pages).toBeLessThan(6);
    expect(list.changes.length).toBeLessThan(257);
    await list.stop();
  });

  it('ends for who cannot be told all that was missed, and leaves nothing behind', async () => {
    let pages = 0;
    const { store, watch, lists, clock } = await open({
      store: (real) => ({
        ...real,
        list: async (userId, page) => {
          if (page.before !== undefined && ++pages === 2) throw new StoreUnavailableError('Down.');
          return real.list(userId, page);
        },
      }),
    });
    for (const n of upTo(150)) await store.create(newSession({ id: `n${n}` }));
    const list = await watch('0~0');
    expect(await list.over).toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(list.changes).toHaveLength(100);
    expect([lists.size, clock.listeners]).toEqual([0, 0]);
  });

  it('has each reader at its own pace: one that is stuck costs the others nothing, and learns the last state', async () => {
    const { store, watch, watching, elapse, lists } = await open();
    const stuck = await watching.list({ kind: 'USER', userId: 'ada' }, null, null);
    const readers = await Promise.all(upTo(20).map(() => watch()));
    expect(lists.size).toBe(1);
    const expected: string[] = [];
    for (const n of upTo(30)) {
      await store.update({ sessionId: 's', title: String(n) });
      expected.push(`s: ${n}`);
      await Promise.all(readers.map((reader) => told(reader, expected)));
      elapse(1_000);
    }
    expect(await stuck.next()).toMatchObject({ value: { sessionId: 's', session: { title: '29' } } });
    const next = stuck.next();
    await append(store, 's', says('x'));
    expect(await next).toMatchObject({ value: { sessionId: 's', session: { itemCount: 1 } } });
    await stuck.return?.();
    for (const reader of readers) await reader.stop();
    expect(lists.size).toBe(0);
  });

  it('tells a reader that was stuck for too long to begin again, and not a part of what it missed', async () => {
    const { store, watching, watch, lists } = await open();
    const stuck = await watching.list({ kind: 'USER', userId: 'ada' }, null, null);
    const reader = await watch();
    await store.delete({ sessionId: 's' });
    for (const n of upTo(1_100)) await store.create(newSession({ id: `n${n}`, title: String(n) }));
    await eventually(() => expect(reader.told).toHaveLength(1_101));
    await expectCode(stuck.next(), 'CURSOR_EXPIRED');
    expect(await stuck.next()).toEqual({ done: true, value: undefined });
    await reader.stop();
    expect(lists.size).toBe(0);
  });

  it('leaves nothing behind when the last reader has left, however it was left', async () => {
    const listening = { count: 0 };
    const { watch, watching, lists, clock, store } = await open({
      live: (real) => ({
        ...real,
        listenToList: async (userId, ring) => {
          const stop = await real.listenToList(userId, ring);
          listening.count++;
          return async () => {
            listening.count--;
            await stop();
          };
        },
      }),
    });
    const [one, two] = [await watch(), await watch('0~0')];
    const bob = await watching.list({ kind: 'USER', userId: 'bob' }, null, null);
    expect([lists.size, listening.count, clock.listeners]).toEqual([2, 2, 2]);
    const waiting = bob.next();
    await bob.return?.();
    expect(await waiting).toEqual({ done: true, value: undefined });
    expect(await bob.next()).toEqual({ done: true, value: undefined });
    await bob.return?.();
    await one.stop();
    expect([lists.size, listening.count, clock.listeners]).toEqual([1, 1, 2]);
    await two.stop();
    expect([lists.size, listening.count, clock.listeners]).toEqual([0, 0, 0]);
    const again = await watch();
    await store.create(newSession({ id: 'a', title: 'A' }));
    await told(again, ['a: A']);
    await again.stop();
    expect([lists.size, listening.count, clock.listeners]).toEqual([0, 0, 0]);
  });

  it('leaves nothing behind when it cannot begin', async () => {
    let fault: 'live' | 'store' | null = 'live';
    const { watch, lists, clock } = await open({
      live: (real) => ({
        ...real,
        listenToList: async (userId, ring) => {
          if (fault === 'live') throw new StoreUnavailableError('Refused.');
          return real.listenToList(userId, ring);
        },
      }),
      store: (real) => ({
        ...real,
        list: async (userId, page) => {
          if (fault === 'store') throw new StoreUnavailableError('Down.');
          return real.list(userId, page);
        },
      }),
    });
    for (const what of ['live', 'store'] as const) {
      fault = what;
      const tries = await Promise.allSettled([watch(), watch(), watch('0~0')]);
      expect(tries.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
      expect([lists.size, clock.listeners]).toEqual([0, 0]);
    }
    fault = null;
    const list = await watch();
    expect(lists.size).toBe(1);
    await list.stop();
  });
});
