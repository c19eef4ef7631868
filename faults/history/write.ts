import type { EventOf, HistoryEvent } from './event.ts';
import { grouped } from './grouped.ts';

export type Outcome = EventOf<'ok'> | EventOf<'fail'> | EventOf<'info'>;

/** One value that a client wanted to write, over all its tries. */
export interface Write {
  readonly id: number;
  readonly session: string;
  readonly value: string;
  readonly key: string;
  readonly invokes: readonly EventOf<'invoke'>[];
  readonly outcomes: readonly Outcome[];
  readonly firstInvokedAt: number;
  /** When the first acknowledgement came; null: none did. */
  readonly acknowledgedAt: number | null;
  /** Whether every try was refused, so that nothing can be there. */
  readonly isRefused: boolean;
}

/** In the order in which they were first asked for. */
export function writesIn(events: readonly HistoryEvent[]): Write[] {
  const invokes = grouped(
    events.filter((event) => event.kind === 'invoke'),
    ({ write }) => write,
  );
  const outcomes = grouped(
    events.filter((event) => event.kind === 'ok' || event.kind === 'fail' || event.kind === 'info'),
    ({ write }) => write,
  );
  return [...invokes].flatMap(([id, tries]) => {
    const [first] = tries;
    if (first === undefined) return [];
    const ends = outcomes.get(id) ?? [];
    return {
      id,
      session: first.session,
      value: first.value,
      key: first.key,
      invokes: tries,
      outcomes: ends,
      firstInvokedAt: first.at,
      acknowledgedAt: ends.find(({ kind }) => kind === 'ok')?.at ?? null,
      isRefused: ends.length === tries.length && ends.every(({ kind }) => kind === 'fail'),
    };
  });
}
