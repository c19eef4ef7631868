import { setTimeout as sleep } from 'node:timers/promises';
import type { Subscriber } from './subscriber.ts';
import type { World } from './world.ts';

/** What a subscriber does while faults happen, until it is over; then it follows without interruption. */
export type Habit = (subscriber: Subscriber, world: World, isOver: () => boolean) => Promise<void>;

/** Does something at times, until it is over. */
async function atTimes(
  [least, most]: readonly [number, number],
  world: World,
  isOver: () => boolean,
  act: () => Promise<void> | void,
): Promise<void> {
  while (!isOver()) {
    await sleep(world.random.between(least, most));
    if (!isOver()) await act();
  }
}

const steady: Habit = async (subscriber) => subscriber.come();

const flapping: Habit = async (subscriber, world, isOver) => {
  subscriber.come();
  await atTimes([50, 600], world, isOver, async () => {
    await subscriber.go();
    subscriber.come();
  });
};

const hopping: Habit = async (subscriber, world, isOver) => {
  subscriber.come();
  await atTimes([300, 1_500], world, isOver, async () => {
    await subscriber.go();
    subscriber.come(world.random.between(0, world.endpoints.length));
  });
};

const slow: Habit = async (subscriber, world, isOver) => {
  subscriber.come();
  await atTimes([20, 100], world, isOver, async () => {
    subscriber.pause();
    await sleep(world.random.between(50, 300));
    subscriber.resume();
  });
};

/** Comes when much has been written already. */
const late: Habit = async (subscriber, world, isOver) => {
  for (let waits = 0; waits < 30 && !isOver(); waits++) await sleep(100);
  subscriber.come();
};

/** Is away most of the time, and comes back with an old cursor. */
const returning: Habit = async (subscriber, world, isOver) => {
  subscriber.come();
  await atTimes([200, 500], world, isOver, async () => {
    await subscriber.go();
    for (let waits = world.random.between(5, 30); waits > 0 && !isOver(); waits--) await sleep(100);
    subscriber.come(world.random.between(0, world.endpoints.length));
  });
};

/** Stops to read at times, for as long as a server bears it, or a little less. */
const stalling: Habit = async (subscriber, world, isOver) => {
  subscriber.come();
  await atTimes([1_000, 2_000], world, isOver, async () => {
    subscriber.pause();
    for (let waits = world.random.between(10, 60); waits > 0 && !isOver(); waits--) await sleep(100);
    subscriber.resume();
  });
  subscriber.resume();
};

/** Each with where it begins: at the beginning, or (null) at the tail. */
export const HABITS: readonly { readonly name: string; readonly habit: Habit; readonly after: '0' | null }[] =
  [
    { name: 'steady', habit: steady, after: '0' },
    { name: 'flapping', habit: flapping, after: '0' },
    { name: 'hopping', habit: hopping, after: '0' },
    { name: 'slow', habit: slow, after: '0' },
    { name: 'late', habit: late, after: '0' },
    { name: 'tail', habit: steady, after: null },
    { name: 'returning', habit: returning, after: '0' },
    { name: 'stalling', habit: stalling, after: '0' },
  ];
