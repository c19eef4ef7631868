import { describe, expect, it } from 'vitest';
import { RateLimitedError, StoreUnavailableError } from '../../src/core/errors.ts';
import { Rates, type Rate, type RateStore, type Wanted } from '../../src/core/rates.ts';
import { createMemoryRates } from '../../src/adapters/memory/rates.ts';
import { manualClock } from '../support/manual-clock.ts';

const RATE: Rate = { perSecond: 100, burst: 200 };
const LEASE = 5;

/** Rates on a store that is watched. */
function setUp(store?: RateStore) {
  const clock = manualClock();
  const inner = store ?? createMemoryRates(clock);
  const asked: Wanted[] = [];
  const watched: RateStore = {
    lease: (caller, wanted, rate) => {
      asked.push(wanted);
      return inner.lease(caller, wanted, rate);
    },
    forget: (caller) => inner.forget(caller),
  };
  const rates = new Rates({ store: watched, clock });
  /** How many of so many operations may begin, all at once, and what the others are told to wait. */
  const take = async (count: number, caller = 'a', rate = RATE) => {
    const results = await Promise.allSettled(Array.from({ length: count }, () => rates.take(caller, rate)));
    const refusals = results.flatMap((result) =>
      result.status === 'rejected' ? [result.reason as unknown] : [],
    );
    for (const refusal of refusals) expect(refusal).toBeInstanceOf(RateLimitedError);
    return { begun: count - refusals.length, refusals };
  };
  return { clock, asked, rates, take };
}

describe('the operations of a caller', () => {
  it('may begin up to a burst at once, and as many as fill the bucket afterwards', async () => {
    const { clock, take } = setUp();
    expect((await take(1_000)).begun).toBe(200);
    clock.pass(1_000);
    expect((await take(1_000)).begun).toBe(100);
    clock.pass(250);
    expect((await take(1_000)).begun).toBe(25);
    clock.pass(3_600_000);
    expect((await take(1_000)).begun).toBe(200);
  });

  it('are refused with the time to wait, and may begin after it', async () => {
    const { clock, take } = setUp();
    const { refusals } = await take(201);
    expect(refusals).toMatchObject([{ code: 'RATE_LIMITED', details: { retryAfterMs: 10 } }]);
    clock.pass(9);
    expect((await take(1)).refusals).toMatchObject([{ details: { retryAfterMs: 1 } }]);
    clock.pass(1);
    expect((await take(1)).begun).toBe(1);
  });

  it('take nothing from another caller', async () => {
    const { take } = setUp();
    await take(1_000);
    expect((await take(10, 'b')).begun).toBe(10);
  });

  it('ask the store for several at a time, and not again while it has none', async () => {
    const { asked, take, clock } = setUp();
    await take(LEASE);
    expect(asked).toEqual([{ least: 1, most: LEASE }]);
    await take(1_000);
    const { length } = asked;
    expect(length).toBe(200 / LEASE + 1);
    await take(1_000);
    expect(asked).toHaveLength(length);
    clock.pass(10);
    await take(1_000);
    expect(asked).toHaveLength(length + 2);
  });

  it('give up what they were leased and did not need within a second', async () => {
    const { asked, take, clock } = setUp();
    await take(1);
    clock.pass(999);
    await take(1);
    expect(asked).toHaveLength(1);
    clock.pass(1);
    await take(1);
    expect(asked).toHaveLength(2);
  });

  it('may count as several, which begin together or not at all', async () => {
    const { rates, take } = setUp();
    await rates.take('a', RATE, 150);
    await expect(rates.take('a', RATE, 80)).rejects.toMatchObject({
      code: 'RATE_LIMITED',
      details: { retryAfterMs: 300 },
    });
    // Who needs fewer is not made to wait for who needs many.
    expect((await take(1_000)).begun).toBe(50);
  });

  it('never count as more than a burst, since more would never be there', async () => {
    const { rates, clock } = setUp();
    await rates.take('a', RATE, 10_000);
    await expect(rates.take('a', RATE, 10_000)).rejects.toBeInstanceOf(RateLimitedError);
    clock.pass(2_000);
    await rates.take('a', RATE, 10_000);
  });

  it('come out right whatever is asked for at once', async () => {
    const { rates, take } = setUp();
    const large = Array.from({ length: 10 }, () => rates.take('a', RATE, 30));
    const [results, small] = await Promise.all([Promise.allSettled(large), take(1_000)]);
    const begun = results.filter(({ status }) => status === 'fulfilled').length;
    expect(begun * 30 + small.begun).toBeLessThanOrEqual(200);
    expect(begun * 30 + small.begun).toBeGreaterThan(200 - 30);
  });

  it('begin all the same while the store cannot be asked', async () => {
    const failing: RateStore = {
      lease: async () => Promise.reject(new StoreUnavailableError('down')),
      forget: async () => {},
    };
    const { take, asked } = setUp(failing);
    expect((await take(500)).begun).toBe(500);
    expect(asked).toHaveLength(500 / LEASE);
  });
});

describe('servers that share a store', () => {
  it('let no more begin together than one would', async () => {
    const clock = manualClock();
    const store = createMemoryRates(clock);
    const servers = Array.from({ length: 3 }, () => new Rates({ store, clock }));
    const begun = [0, 0, 0];
    const take = async (index: number): Promise<void> => {
      try {
        await servers[index]?.take('a', RATE);
        begun[index] = (begun[index] ?? 0) + 1;
      } catch (error) {
        expect(error).toBeInstanceOf(RateLimitedError);
      }
    };
    for (let round = 0; round < 200; round++) {
      await Promise.all([0, 1, 2].map((index) => take(index)));
      clock.pass(10);
    }
    const all = begun.reduce((sum, count) => sum + count, 0);
    expect(all).toBeLessThanOrEqual(200 + 2_000 * 0.1);
    expect(all).toBeGreaterThan(350);
    // None of them starves.
    for (const count of begun) expect(count).toBeGreaterThan(60);
  });
});
