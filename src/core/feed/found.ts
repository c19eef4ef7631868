import type { OpenDrafts } from '../draft.ts';
import type { Change, Moment } from '../live.ts';

/** What was found and is handed on piece by piece. */
export interface Found {
  readonly changes: readonly Change[];
  next: number;
  /** What the store said of drafts; the difference to what was told is worked out when the changes are over. */
  readonly drafts: OpenDrafts | null;
  /** The moment at the end of it; null when there is more to be read. */
  readonly moment: Moment | null;
}
