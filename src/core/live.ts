import type { EntryId } from './cursor.ts';
import type { DraftChannel, DraftInfo } from './draft.ts';
import type { LogEntry } from './log.ts';

/** Names one state of a session: equal moments are the same state. */
export interface Moment {
  /** The log's last entry. */
  readonly entry: EntryId;
  /** The revision of the drafts; '' before the first. */
  readonly drafts: string;
}

/** What happened to a draft. An entry with `finishesDraft` ends that draft, without a change of its own. */
export type DraftChange =
  /** It is empty. */
  | { readonly kind: 'draftStarted'; readonly draft: DraftInfo }
  /** `text` was added to a channel that had `offset` UTF-16 units. */
  | {
      readonly kind: 'draftAppended';
      readonly draftId: string;
      readonly channel: DraftChannel;
      readonly offset: number;
      readonly text: string;
    }
  /** It is no longer written, and no entry finishes it. */
  | { readonly kind: 'draftEnded'; readonly draftId: string };

/** One thing that a write did. */
export type Change = { readonly kind: 'entry'; readonly entry: LogEntry } | DraftChange;

/**
 * A wake-up. It may be lost, repeated or late; the store is the truth. `changes`, all that one write did, lead from one
 * moment to another: a shortcut for who stands exactly at `from`. 'look' only says that something may have changed (a
 * large write, a deletion, a reconnect).
 */
export type Doorbell =
  { readonly from: Moment; readonly to: Moment; readonly changes: readonly Change[] } | 'look';

/** A wake-up of who watches a user's list: the session that is new, changed or gone; 'look': any may be. */
export type ListDoorbell = { readonly sessionId: string } | 'look';

/**
 * Carries wake-ups from writers to the feeds of every process that shares the store.
 *
 * - After `listen` resolves, each write to the session rings, except what the transport loses; and each write to the
 *   log of one of a user's sessions rings those who listen to that user's list.
 * - When the transport may have lost something (it reconnected), every listener hears 'look' once it works again.
 * - Two listeners of one session both hear; one that throws does not keep the others from hearing.
 */
export interface LiveFeed {
  /**
   * Resolves when the subscription is acknowledged. The returned function ends it and never rejects.
   * @throws StoreUnavailableError when the subscription is refused.
   */
  listen(sessionId: string, ring: (doorbell: Doorbell) => void): Promise<() => Promise<void>>;

  /** The same for a user's list of sessions. Changes of drafts do not ring here. */
  listenToList(userId: string, ring: (doorbell: ListDoorbell) => void): Promise<() => Promise<void>>;

  close(): Promise<void>;
}
