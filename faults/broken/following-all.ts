import { setTimeout as sleep } from 'node:timers/promises';
import { readWholeLog } from '../workload/query-reader.ts';
import { Subscriber, type SubscriberOptions } from '../workload/subscriber.ts';
import type { World } from '../workload/world.ts';

/** A subscriber of the world's first session, from its beginning unless something else is said. */
export function subscriberOf(
  world: World,
  name: string,
  options: Partial<SubscriberOptions> = {},
): Subscriber {
  const [session] = world.sessions;
  return new Subscriber(world, {
    name,
    session: session?.id ?? '',
    user: session?.owner ?? '',
    via: 'WebSocket',
    server: 0,
    after: '0',
    ...options,
  });
}

/** Waits until it holds, or the time is up: what is not there then is for the checker to judge. */
export async function settled(condition: () => boolean, mostMs: number): Promise<void> {
  const end = Date.now() + mostMs;
  while (!condition() && Date.now() < end) await sleep(10);
}

/**
 * The end of an experiment: says that all is healed, reads the log from every server of the world, and gives subscribers
 * time to get there.
 */
export async function readAndSettle(
  world: World,
  subscribers: readonly Subscriber[],
  mostMs = 800,
): Promise<void> {
  const { recorder } = world;
  recorder.record({ kind: 'healed' });
  const [session] = world.sessions;
  for (const server of world.endpoints.keys()) await readWholeLog(world, session?.id ?? '', server);
  const reading = recorder.events.findLast((event) => event.kind === 'reading');
  const end = reading?.entries.at(-1)?.cursor;
  await settled(() => subscribers.every(({ cursor }) => end === undefined || cursor === end), mostMs);
  recorder.record({ kind: 'settled' });
  await Promise.all(subscribers.map((subscriber) => subscriber.go()));
}
