import type { EntryId } from './cursor.ts';
import type { OpenDrafts } from './draft.ts';
import type { ItemEntry, LogEntry, MessageRole } from './log.ts';
import type { Session } from './session.ts';

/** Where a session stands in its owner's list. */
export interface SessionPlace {
  readonly updatedAt: number;
  readonly id: string;
}

export interface SessionPageRequest {
  readonly count: number;
  /** Which end of what lies between `after` and `before` to take: the most recent, or the least. */
  readonly from: 'start' | 'end';
  readonly after?: SessionPlace | undefined;
  readonly before?: SessionPlace | undefined;
}

export interface SessionPage {
  readonly sessions: readonly Session[];
  readonly hasNext: boolean;
  readonly hasPrevious: boolean;
}

export interface ItemPageRequest {
  readonly count: number;
  /** Which end of what lies between `after` and `before` to take. */
  readonly from: 'start' | 'end';
  readonly after?: EntryId | undefined;
  readonly before?: EntryId | undefined;
  /** Nothing newer than this entry: a snapshot's end. */
  readonly upTo: EntryId;
  /** Only messages of these roles; absent: every item. */
  readonly roles?: readonly MessageRole[] | undefined;
}

export interface ItemPage {
  readonly entries: readonly ItemEntry[];
  /** Whether more such items lie after the page, within `upTo`. */
  readonly hasNext: boolean;
  /** Whether more such items lie before the page. */
  readonly hasPrevious: boolean;
}

export type LogRead =
  | {
      readonly state: 'ok';
      readonly born: EntryId;
      /** The log's last entry when it was read; reached when it is the last of `entries`, or when there are none. */
      readonly end: EntryId;
      readonly entries: readonly LogEntry[];
      /** null when `entries` do not reach the end. */
      readonly drafts: OpenDrafts | null;
    }
  | { readonly state: 'expired' | 'diverged'; readonly born: EntryId; readonly end: EntryId };
