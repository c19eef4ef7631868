import type { EventOf, HistoryEvent } from './event.ts';

type StreamEvent = EventOf<'subscribe' | 'delivered' | 'refused' | 'cut' | 'stalled' | 'left'>;

/** All that one subscriber met, over its reconnects. */
export interface Stream {
  readonly subscriber: string;
  readonly session: string;
  readonly user: string;
  readonly events: readonly StreamEvent[];
}

export function streamsIn(events: readonly HistoryEvent[]): Stream[] {
  const streams = new Map<string, Stream & { readonly events: StreamEvent[] }>();
  for (const event of events) {
    if (!('subscriber' in event)) continue;
    const { subscriber } = event;
    if (event.kind === 'subscribe' && !streams.has(subscriber)) {
      streams.set(subscriber, { subscriber, session: event.session, user: event.user, events: [] });
    }
    streams.get(subscriber)?.events.push(event);
  }
  return [...streams.values()];
}
