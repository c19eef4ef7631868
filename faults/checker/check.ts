import type { HistoryEvent } from '../history/event.ts';
import { acknowledgedIsKept } from './i01-acknowledged-is-kept.ts';
import { noValueTwice } from './i02-no-value-twice.ts';
import { refusedIsNotThere } from './i03-refused-is-not-there.ts';
import { oneOrder } from './i04-one-order.ts';
import { realTimeOrder } from './i05-real-time-order.ts';
import { streamsAreTheLog } from './i06-streams-are-the-log.ts';
import { caughtUpAfterHealing } from './i07-caught-up-after-healing.ts';
import { acknowledgedIsVisible } from './i08-acknowledged-is-visible.ts';
import { oneAnswerForOneKey } from './i09-one-answer-for-one-key.ts';
import { noForeignData } from './i10-no-foreign-data.ts';
import { boundedMemory } from './i11-bounded-memory.ts';
import { codedErrors } from './i12-coded-errors.ts';
import { service } from './i13-service.ts';
import { shutdown } from './i14-shutdown.ts';
import { nothingStays } from './i15-nothing-stays.ts';
import { judged, type Invariant, type InvariantName } from './judged.ts';
import { PROMISES, type Promises } from './promises.ts';

export const INVARIANTS: readonly Invariant[] = [
  acknowledgedIsKept,
  noValueTwice,
  refusedIsNotThere,
  oneOrder,
  realTimeOrder,
  streamsAreTheLog,
  caughtUpAfterHealing,
  acknowledgedIsVisible,
  oneAnswerForOneKey,
  noForeignData,
  boundedMemory,
  codedErrors,
  service,
  shutdown,
  nothingStays,
];

export interface Violation {
  readonly invariant: InvariantName;
  readonly breach: string;
}

/** Judges a history that ends in readings of all sessions from every server. Pure. */
export function check(events: readonly HistoryEvent[], promises: Partial<Promises> = {}): Violation[] {
  const history = judged(events, { ...PROMISES, ...promises });
  return INVARIANTS.flatMap(({ name, breaches }) =>
    breaches(history).map((breach) => ({ invariant: name, breach })),
  );
}
