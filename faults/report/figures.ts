import { wayOf } from '../checker/i06-streams-are-the-log.ts';
import { longestNoService } from '../checker/i13-service.ts';
import { judged } from '../checker/judged.ts';
import { PROMISES } from '../checker/promises.ts';
import { FAILOVER_SEEN } from '../topologies/master-watch.ts';
import type { Run } from '../run.ts';

/** What one run came to. */
export interface Figures {
  readonly topology: string;
  readonly seed: number;
  readonly faults: number;
  readonly deliveries: number;
  readonly acknowledged: number;
  /** Acknowledged and not in the log. */
  readonly lost: number;
  /** Values that are in the log twice. */
  readonly duplicates: number;
  /** Entries that subscribers missed, and that they met again. */
  readonly gaps: number;
  readonly repeats: number;
  /** Milliseconds, beyond what the faults lasted. */
  readonly noServiceMs: number;
  readonly violations: number;
}

export function figuresOf({ topology, seed, events, violations }: Run): Figures {
  const history = judged(events, PROMISES);
  const { writes, logs, streams } = history;
  const acknowledged = writes.filter(({ acknowledgedAt }) => acknowledgedAt !== null);
  const met = streams.map((stream) => wayOf(history, stream));
  return {
    topology,
    seed,
    faults: events.filter(
      (event) => event.kind === 'fault' && event.phase === 'injected' && event.name !== FAILOVER_SEEN,
    ).length,
    deliveries: events.filter(({ kind }) => kind === 'delivered').length,
    acknowledged: acknowledged.length,
    lost: acknowledged.filter(({ session, value }) => logs.get(session)?.placeOfValue.has(value) !== true)
      .length,
    duplicates: [...logs.values()].reduce(
      (sum, { entries, placeOfValue }) => sum + entries.length - placeOfValue.size,
      0,
    ),
    gaps: met.reduce((sum, { gaps }) => sum + gaps, 0),
    repeats: met.reduce((sum, { repeats }) => sum + repeats, 0),
    noServiceMs: Math.round(longestNoService(history)),
    violations: violations.length,
  };
}
