import type { EntryId } from '../cursor.ts';
import type { Moment } from '../live.ts';
import type { DraftProgress } from './draft-progress.ts';

/** Where a reader stands, between two events: all that another needs to go on from there. */
export interface Position {
  /** The last entry that was met; null: none, begin at the log's first. */
  readonly place: EntryId | null;
  /** The session's moment, when all that it holds was met; null in the middle of something. */
  readonly moment: Moment | null;
  readonly drafts: DraftProgress;
  /** Whether the replay is over. */
  readonly caughtUp: boolean;
}
