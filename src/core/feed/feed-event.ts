import type { EntryId } from '../cursor.ts';
import type { Draft, DraftChannel } from '../draft.ts';
import type { LogEntry } from '../log.ts';

/** What a reader of a session meets, in order. */
export type FeedEvent =
  | { readonly kind: 'entry'; readonly entry: LogEntry }
  | DraftEvent
  /** The replay is over; `at` is the log's end. Once. */
  | { readonly kind: 'caughtUp'; readonly at: EntryId }
  /** The log no longer holds the place; reading goes on from `at`, its end, and drafts are told anew. */
  | { readonly kind: 'resync'; readonly reason: 'EXPIRED' | 'DIVERGED'; readonly at: EntryId }
  /** The last event. */
  | { readonly kind: 'deleted' };

/** What a reader meets of drafts, once it has met the log. An entry with `finishesDraft` ends a draft, too. */
export type DraftEvent =
  /** A draft with what was written so far. */
  | { readonly kind: 'draftStarted'; readonly draft: Draft }
  /** What follows the `offset` UTF-16 units that the reader has of that channel. */
  | {
      readonly kind: 'draftAppended';
      readonly draftId: string;
      readonly channel: DraftChannel;
      readonly offset: number;
      readonly text: string;
    }
  | { readonly kind: 'draftCancelled'; readonly draftId: string };
