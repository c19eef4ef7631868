import { expect, it } from 'vitest';
import type { Fault } from '../../faults/nemesis/fault.ts';
import { randomOf } from '../../faults/nemesis/random.ts';
import { scheduleOf } from '../../faults/nemesis/schedule.ts';

const FAULTS: readonly Fault[] = ['one', 'other', 'third'].map((name) => ({
  name,
  lasts: [10, 500],
  inject: async () => () => {},
}));

const planned = (seed: number) =>
  scheduleOf(FAULTS, 60_000, randomOf(seed)).map(({ fault, ...strike }) => ({ ...strike, name: fault.name }));

it('a seed decides which faults happen, when, for how long and to whom', () => {
  expect(planned(7)).toEqual(planned(7));
  expect(planned(7)).not.toEqual(planned(8));
});

it('every fault happens before one happens again', () => {
  const names = planned(1).map(({ name }) => name);
  expect(names.length).toBeGreaterThan(6);
  for (let n = 0; n + 3 <= names.length; n += 3) {
    expect(names.slice(n, n + 3).toSorted()).toEqual(['one', 'other', 'third']);
  }
});

it('a schedule ends within its time, and without faults there is none', () => {
  const lasts = planned(1).reduce((sum, { pauseMs, lastsMs }) => sum + pauseMs + lastsMs, 0);
  expect(lasts).toBeLessThanOrEqual(60_000);
  expect(scheduleOf([], 60_000, randomOf(1))).toEqual([]);
});
