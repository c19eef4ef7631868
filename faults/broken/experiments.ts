import { Writer } from '../workload/writer.ts';
import type { Breakage } from './breakage.ts';
import { lossy } from './conditions.ts';
import { readAndSettle, settled, subscriberOf } from './following-all.ts';
import type { Trial } from './trial.ts';

const IN_MEMORY = { STORE_URL: 'sqlite::memory:' };

/** Subscribers join one after the other, while somebody writes. */
export async function joinWhileWritten(trial: Trial, conditions: Breakage): Promise<void> {
  const { endpoint } = await trial.serve(IN_MEMORY, conditions);
  const world = await trial.world([endpoint]);
  const writer = new Writer(world, { name: 'w', via: 'HTTP', paceMs: 2 });
  writer.start();
  const subscribers = [];
  for (let n = 0; n < 6; n++) {
    const subscriber = subscriberOf(world, `joining-${n}`);
    subscribers.push(subscriber);
    subscriber.come();
    await settled(() => subscriber.delivered > 10 + n, 2_000);
  }
  await writer.stop();
  await readAndSettle(world, subscribers);
}

/** Every third doorbell is lost; the look at the watched sessions comes often. */
export async function followOverLostBells(trial: Trial): Promise<void> {
  let bells = 0;
  const { endpoint } = await trial.serve(IN_MEMORY, {
    storage: lossy(() => (++bells % 3 === 0 ? 'lose' : 'pass')),
    pollMs: 50,
  });
  const world = await trial.world([endpoint]);
  const subscriber = subscriberOf(world, 'following');
  subscriber.come();
  await settled(() => subscriber.delivered > 0, 2_000);
  const writer = new Writer(world, { name: 'w', via: 'HTTP', paceMs: 0 });
  for (let n = 0; n < 10; n++) await writer.write();
  await readAndSettle(world, [subscriber]);
}

/** The doorbell of the last write is lost, and nothing is written after it. */
export async function lastBellLost(trial: Trial): Promise<void> {
  let isLast = false;
  const { endpoint } = await trial.serve(IN_MEMORY, {
    storage: lossy(() => (isLast ? 'lose' : 'pass')),
    pollMs: 100,
  });
  const world = await trial.world([endpoint]);
  const subscriber = subscriberOf(world, 'following');
  subscriber.come();
  await settled(() => subscriber.delivered > 0, 2_000);
  const writer = new Writer(world, { name: 'w', via: 'HTTP', paceMs: 0 });
  await writer.write();
  await settled(() => subscriber.delivered > 1, 2_000);
  isLast = true;
  await writer.write();
  await readAndSettle(world, [subscriber], 1_000);
}
