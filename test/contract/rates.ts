import { describe, expect, test as base } from 'vitest';
import type { Rate, RateStore } from '../../src/core/rates.ts';

export interface RatesUnderTest {
  readonly store: RateStore;
  /** Lets so many milliseconds pass for all buckets. */
  pass(ms: number): Promise<void>;
  close(): Promise<void>;
}

/** Slow, so that the time that a test takes fills nothing. */
const SLOW: Rate = { perSecond: 1, burst: 10 };
const one = { least: 1, most: 1 };
const NAMES = [
  'user ada',
  'user Ada',
  'user ada%20',
  'user ada:1',
  'service ada',
  'user',
  ' ',
  '*',
  'é',
  '{a}',
  '{b}',
];

/** `RateStore`'s doc comments as tests; `open` gives a store that nobody has asked yet each time. */
export function ratesContract(name: string, open: () => Promise<RatesUnderTest>): void {
  const it = base.extend<{ subject: RatesUnderTest; store: RateStore }>({
    subject: async ({ task: _task }, use) => {
      const subject = await open();
      await use(subject);
      await subject.close();
    },
    store: async ({ subject }, use) => use(subject.store),
  });

  describe(name, () => {
    it('gives a caller who is new as many as make a burst, and no more', async ({ store }) => {
      for (let n = 0; n < 10; n++) {
        expect(await store.lease('a', one, SLOW)).toEqual({ granted: 1, waitMs: 0 });
      }
      expect(await store.lease('a', one, SLOW)).toMatchObject({ granted: 0 });
    });

    it('gives as many as are wanted at most, and those that are there when they are fewer', async ({
      store,
    }) => {
      expect(await store.lease('a', { least: 1, most: 7 }, SLOW)).toEqual({ granted: 7, waitMs: 0 });
      expect(await store.lease('a', { least: 1, most: 7 }, SLOW)).toEqual({ granted: 3, waitMs: 0 });
    });

    it('gives none when not as many are there as are needed, and takes none', async ({ store }) => {
      await store.lease('a', { least: 1, most: 8 }, SLOW);
      const { granted, waitMs } = await store.lease('a', { least: 5, most: 5 }, SLOW);
      expect(granted).toBe(0);
      expect(waitMs).toBeGreaterThan(2_000);
      expect(waitMs).toBeLessThanOrEqual(3_000);
      expect(await store.lease('a', { least: 2, most: 2 }, SLOW)).toEqual({ granted: 2, waitMs: 0 });
    });

    it('says how long to wait, which is as long as it takes and no longer', async ({ store, subject }) => {
      await store.lease('a', { least: 10, most: 10 }, SLOW);
      const { waitMs } = await store.lease('a', { least: 3, most: 3 }, SLOW);
      await subject.pass(waitMs / 2);
      expect(await store.lease('a', { least: 3, most: 3 }, SLOW)).toMatchObject({ granted: 0 });
      await subject.pass(waitMs / 2);
      expect(await store.lease('a', { least: 3, most: 3 }, SLOW)).toEqual({ granted: 3, waitMs: 0 });
    });

    it('fills as time passes, up to a burst', async ({ store, subject }) => {
      await store.lease('a', { least: 10, most: 10 }, SLOW);
      await subject.pass(4_000);
      expect(await store.lease('a', { least: 1, most: 10 }, SLOW)).toEqual({ granted: 4, waitMs: 0 });
      await subject.pass(3_600_000);
      expect(await store.lease('a', { least: 1, most: 100 }, SLOW)).toEqual({ granted: 10, waitMs: 0 });
    });

    it('loses nothing of what fills while it is asked again and again', async ({ store, subject }) => {
      await store.lease('a', { least: 10, most: 10 }, SLOW);
      for (let n = 0; n < 20; n++) {
        await subject.pass(250);
        if (n % 4 < 3)
          expect(await store.lease('a', { least: 10, most: 10 }, SLOW)).toMatchObject({ granted: 0 });
      }
      expect(await store.lease('a', { least: 1, most: 10 }, SLOW)).toMatchObject({ granted: 5 });
    });

    it('keeps callers apart, whatever they are called', async ({ store }) => {
      for (const caller of NAMES) {
        expect(await store.lease(caller, { least: 10, most: 10 }, SLOW)).toMatchObject({ granted: 10 });
      }
      for (const caller of NAMES) expect(await store.lease(caller, one, SLOW)).toMatchObject({ granted: 0 });
    });

    it('gives no more than there are to all who ask at once', async ({ store }) => {
      const asked = Array.from({ length: 40 }, (_, n) =>
        store.lease('a', { least: 1, most: 1 + (n % 3) }, SLOW),
      );
      const granted = (await Promise.all(asked)).reduce((sum, lease) => sum + lease.granted, 0);
      expect(granted).toBe(10);
    });

    it('forgets what a caller has taken, and of nobody else', async ({ store }) => {
      for (const caller of ['a', 'b']) await store.lease(caller, { least: 10, most: 10 }, SLOW);
      await store.forget('a');
      expect(await store.lease('a', { least: 10, most: 10 }, SLOW)).toMatchObject({ granted: 10 });
      expect(await store.lease('b', one, SLOW)).toMatchObject({ granted: 0 });
      await store.forget('nobody');
    });

    it('follows a rate that is changed', async ({ store, subject }) => {
      await store.lease('a', { least: 10, most: 10 }, SLOW);
      await subject.pass(1_000);
      expect(await store.lease('a', { least: 1, most: 99 }, { perSecond: 20, burst: 40 })).toMatchObject({
        granted: expect.toSatisfy((granted: number) => granted >= 20 && granted <= 40),
      });
      expect(await store.lease('b', { least: 1, most: 99 }, { perSecond: 1, burst: 2 })).toMatchObject({
        granted: 2,
      });
    });
  });
}
