import type { EventOf, HistoryEvent } from './event.ts';

/** A session's log as it is when all is over. */
export interface FinalLog {
  readonly session: string;
  readonly owner: string;
  /** The cursor before its first item. */
  readonly born: string;
  readonly entries: EventOf<'reading'>['entries'];
  /** Where each entry stands; that of `born` is -1. */
  readonly placeOf: ReadonlyMap<string, number>;
  /** Where each value stands first. */
  readonly placeOfValue: ReadonlyMap<string, number>;
  /** As every server shows it. */
  readonly readings: readonly EventOf<'reading'>[];
}

/** By session; what the first server shows is taken for the log, and I4 compares the others with it. */
export function finalLogsIn(events: readonly HistoryEvent[]): ReadonlyMap<string, FinalLog> {
  const made = events.filter((event) => event.kind === 'session');
  const readings = events.filter((event) => event.kind === 'reading');
  return new Map(
    made.map(({ session, owner, born }) => {
      const own = readings.filter((reading) => reading.session === session);
      const entries = own[0]?.entries ?? [];
      const placeOf = new Map([[born, -1], ...entries.map(({ cursor }, n) => [cursor, n] as const)]);
      const placeOfValue = new Map(entries.map(({ value }, n) => [value, n] as const).toReversed());
      return [session, { session, owner, born, entries, placeOf, placeOfValue, readings: own }];
    }),
  );
}
