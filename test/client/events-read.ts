import type { SessionEvent, SessionEvents } from '../../src/client/index.ts';

/** Takes events until one is of that type, this one included; fewer when they end before. */
export async function eventsUpTo(
  type: SessionEvent['__typename'],
  events: SessionEvents,
): Promise<readonly SessionEvent[]> {
  const taken: SessionEvent[] = [];
  for (;;) {
    const { done, value } = await events.next();
    if (done === true) return taken;
    taken.push(value);
    if (value.__typename === type) return taken;
  }
}

/** The item of an event as it was written; undefined where there is none. */
export function rawOf(event: SessionEvent): unknown {
  return event.__typename === 'ItemAdded' ? event.item.raw : undefined;
}
