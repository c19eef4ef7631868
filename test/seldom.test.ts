import { expect, it } from 'vitest';
import { seldom } from '../src/app/seldom.ts';
import { handClock } from './contract/store-on-sqlite.ts';

it('tells of an error at once, and of those that follow every ten seconds, with their number', () => {
  const clock = handClock();
  const told: unknown[] = [];
  const hear = seldom(clock, (error, untold) => told.push([error, untold]));
  hear('first');
  for (let n = 0; n < 20; n++) {
    clock.elapse(499);
    hear(n);
  }
  expect(told).toEqual([['first', 0]]);
  clock.elapse(20);
  hear('later');
  clock.elapse(60_000);
  hear('much later');
  expect(told).toEqual([
    ['first', 0],
    ['later', 20],
    ['much later', 0],
  ]);
});
