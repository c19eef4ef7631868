import { afterEach, describe, expect, it } from 'vitest';
import { StoreUnavailableError } from '../../src/core/errors.ts';
import { expectCode } from '../contract/store-under-test.ts';
import { eventually } from '../support/eventually.ts';
import { newSession, upTo } from '../support/samples.ts';
import { unreliableLive, type Fate } from '../support/unreliable-live.ts';
import { openList, type ListUnderTest, type ListWatch } from './watched-list.ts';
import type { FeedSettings } from './feed-under-test.ts';

const told = (watch: ListWatch, changes: readonly string[]): Promise<void> =>
  eventually(() => expect(watch.told).toEqual(changes));

describe('a list that is watched, when something goes wrong', () => {
  const opened: ListUnderTest[] = [];
  const open = async (settings?: FeedSettings): Promise<ListUnderTest> => {
    const list = await openList(settings);
    opened.push(list);
    return list;
  };
  afterEach(async () => {
    for (const list of opened.splice(0)) await list.close();
  });
  /** A list whose doorbells meet the fate that is set. */
  const unreliable = async (store?: FeedSettings['store']) => {
    const meets: { fate: Fate } = { fate: 'pass' };
    const live: FeedSettings['live'] = (real) => unreliableLive(real, () => meets.fate);
    const list = await open(store === undefined ? { live } : { live, store });
    return { ...list, meets };
  };
  /** Looks, and lets what it finds be read, as often as it takes. */
  const lookUntil = (elapse: (ms: number) => void, check: () => void): Promise<void> =>
    eventually(() => {
      elapse(2_000);
      check();
    });

  it('finds what lost doorbells would have told', async () => {
    const { store, watch, elapse, meets } = await unreliable();
    await store.create(newSession({ id: 'gone', title: 'G' }));
    const list = await watch();
    meets.fate = 'lose';
    await store.create(newSession({ id: 'a', title: 'A' }));
    await store.update({ sessionId: 's', title: 'S' });
    await store.delete({ sessionId: 'gone' });
    await lookUntil(elapse, () => expect(list.told.toSorted()).toEqual(['a: A', 'gone', 's: S']));
    await store.update({ sessionId: 'a', title: 'B' });
    await lookUntil(elapse, () => expect(list.told.at(-1)).toBe('a: B'));
    await list.stop();
  });

  it('finds it also when other doorbells ring all the time', async () => {
    const { store, watch, elapse, meets } = await unreliable();
    await store.create(newSession({ id: 'busy' }));
    const list = await watch();
    /** A look, and what it finds. */
    const look = async () => {
      elapse(2_000);
      await new Promise((resolve) => setImmediate(resolve));
    };
    await look();
    meets.fate = 'lose';
    await store.update({ sessionId: 's', title: 'S' });
    meets.fate = 'pass';
    for (let looks = 0; looks < 50 && !list.told.includes('s: S'); looks++) {
      await store.update({ sessionId: 'busy', title: String(looks) });
      await eventually(() => expect(list.told).toContain(`busy: ${looks}`));
      await look();
    }
    expect(list.told).toContain('s: S');
    await list.stop();
  });

  it('finds a session that went without a doorbell from far down the list', async () => {
    const { store, watch, elapse, meets } = await unreliable();
    const list = await watch();
    await store.update({ sessionId: 's', title: 'S' });
    await told(list, ['s: S']);
    elapse(1);
    for (const n of upTo(120)) await store.create(newSession({ id: `n${n}`, title: String(n) }));
    await eventually(() => expect(list.told).toHaveLength(121));
    elapse(2_000);
    await new Promise((resolve) => setImmediate(resolve));
    meets.fate = 'lose';
    await store.delete({ sessionId: 's' });
    await store.update({ sessionId: 'n5', title: 'new' });
    await lookUntil(elapse, () => expect(list.told.slice(121).toSorted()).toEqual(['n5: new', 's']));
    await list.stop();
  });

  it('tells nothing twice when doorbells are repeated, late, or say nothing', async () => {
    const { store, watch, elapse, meets } = await unreliable();
    const list = await watch();
    const fates: readonly Fate[] = ['repeat', 'look', 'hold', 'lose', 'repeat'];
    for (const [n, fate] of fates.entries()) {
      meets.fate = fate;
      await store.update({ sessionId: 's', title: String(n) });
      await lookUntil(elapse, () => expect(list.told.at(-1)).toBe(`s: ${n}`));
    }
    expect(list.told).toEqual(fates.map((_, n) => `s: ${n}`));
    await list.stop();
  });

  it('goes on while another list cannot be read, and misses nothing of that either', async () => {
    const away = new Set<string>();
    const { store, watch, elapse, meets } = await unreliable((real) => ({
      ...real,
      async listSignatures(userIds) {
        const signatures = await real.listSignatures(userIds);
        return signatures.map((signature, n) => (away.has(userIds[n] ?? '') ? undefined : signature));
      },
    }));
    const list = await watch();
    const other = await watch(null, { kind: 'USER', userId: 'bob' }, 'bob');
    meets.fate = 'lose';
    away.add('ada');
    await store.update({ sessionId: 's', title: 'S' });
    await store.create(newSession({ id: 'b', title: 'B', userId: 'bob' }));
    await lookUntil(elapse, () => expect(other.told).toEqual(['b: B']));
    expect(list.told).toEqual([]);
    away.clear();
    await lookUntil(elapse, () => expect(list.told).toEqual(['s: S']));
    await Promise.all([list.stop(), other.stop()]);
  });

  it('waits while the store cannot be read, and misses nothing', async () => {
    let down = false;
    const { store, watch, elapse, errors } = await open({
      store: (real) => {
        const unlessDown =
          <Args extends unknown[], Result>(call: (...args: Args) => Promise<Result>) =>
          async (...args: Args): Promise<Result> => {
            if (down) throw new StoreUnavailableError('Down.');
            return call(...args);
          };
        return {
          ...real,
          get: unlessDown(real.get),
          list: unlessDown(real.list),
          listSignatures: unlessDown(real.listSignatures),
        };
      },
    });
    const list = await watch();
    down = true;
    await store.update({ sessionId: 's', title: 'S' });
    await store.create(newSession({ id: 'a', title: 'A' }));
    for (const _ of upTo(5)) elapse(2_000);
    await eventually(() => expect(errors.length).toBeGreaterThan(0));
    expect(list.told).toEqual([]);
    await expectCode(watch('0~0'), 'STORE_UNAVAILABLE');
    down = false;
    await lookUntil(elapse, () => expect(list.told.toSorted()).toEqual(['a: A', 's: S']));
    await list.stop();
  });
});
