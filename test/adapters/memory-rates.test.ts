import { expect, it } from 'vitest';
import { createMemoryRates } from '../../src/adapters/memory/rates.ts';
import { ratesContract } from '../contract/rates.ts';
import { manualClock } from '../support/manual-clock.ts';

ratesContract('the rates of one process', async () => {
  const clock = manualClock();
  return {
    store: createMemoryRates(clock),
    pass: async (ms) => clock.pass(ms),
    close: async () => undefined,
  };
});

const RATE = { perSecond: 1, burst: 1 };
const ONE = { least: 1, most: 1 };

it('remembers ten thousand callers, and forgets who was not asked for the longest time', async () => {
  const store = createMemoryRates(manualClock());
  const isFull = async (caller: string): Promise<boolean> =>
    (await store.lease(caller, ONE, RATE)).granted === 1;
  for (let n = 0; n < 10_000; n++) expect(await isFull(`caller ${n}`)).toBe(true);
  expect(await isFull('caller 0')).toBe(false);
  expect(await isFull('another')).toBe(true);
  expect(await isFull('caller 0')).toBe(false);
  expect(await isFull('caller 1')).toBe(true);
});

it('neither fills nor empties when the time goes back', async () => {
  let now = 1_000_000;
  const store = createMemoryRates({ now: () => now, every: () => () => undefined });
  const rate = { perSecond: 1, burst: 10 };
  await store.lease('a', { least: 5, most: 5 }, rate);
  now -= 60_000;
  expect(await store.lease('a', { least: 1, most: 10 }, rate)).toMatchObject({ granted: 5 });
});
