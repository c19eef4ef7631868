import type { HistoryEvent } from '../history/event.ts';
import { finalLogsIn, type FinalLog } from '../history/final-log.ts';
import { streamsIn, type Stream } from '../history/stream.ts';
import { writesIn, type Write } from '../history/write.ts';
import { lossesIn, type Loss } from './losses.ts';
import type { Promises } from './promises.ts';

/** A history in the forms that invariants look at. */
export interface Judged {
  readonly events: readonly HistoryEvent[];
  readonly promises: Promises;
  readonly writes: readonly Write[];
  readonly streams: readonly Stream[];
  readonly logs: ReadonlyMap<string, FinalLog>;
  /** When newest writes may have been lost, in order. */
  readonly losses: readonly Loss[];
}

export function judged(events: readonly HistoryEvent[], promises: Promises): Judged {
  return {
    events,
    promises,
    writes: writesIn(events),
    streams: streamsIn(events),
    logs: finalLogsIn(events),
    losses: lossesIn(events),
  };
}

/** The invariants, as reliability has them. */
export type InvariantName =
  | 'I1'
  | 'I2'
  | 'I3'
  | 'I4'
  | 'I5'
  | 'I6'
  | 'I7'
  | 'I8'
  | 'I9'
  | 'I10'
  | 'I11'
  | 'I12'
  | 'I13'
  | 'I14'
  | 'I15';

export interface Invariant {
  readonly name: InvariantName;
  /** What holds, as a sentence. */
  readonly says: string;
  /** One sentence for each breach; none when it holds. Pure. */
  readonly breaches: (history: Judged) => readonly string[];
}
