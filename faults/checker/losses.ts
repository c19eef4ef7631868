import type { HistoryEvent } from '../history/event.ts';

/** A time in which acknowledged writes may have been lost: from the first of some lossy faults until all are healed. */
export interface Loss {
  readonly from: number;
  /** Infinity when it did not end. */
  readonly to: number;
}

/**
 * Joins faults that overlap. While one master is killed or told to give way, another begins to serve, and that is a fault
 * of its own in the history: servers that heard of it early write there while others still write to the first.
 */
export function lossesIn(events: readonly HistoryEvent[]): readonly Loss[] {
  const losses: Loss[] = [];
  let open = 0;
  let from = 0;
  for (const event of events) {
    if (event.kind !== 'fault' || !event.lossy) continue;
    if (event.phase === 'injected') {
      if (open === 0) from = event.at;
      open++;
    } else if (open > 0) {
      open--;
      if (open === 0) losses.push({ from, to: event.at });
    }
  }
  return open === 0 ? losses : [...losses, { from, to: Infinity }];
}
