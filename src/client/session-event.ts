import { ITEM_FIELDS, type Item } from './item.ts';
import { DRAFT_FIELDS, type DraftChannel, type MessageDraft } from './message-draft.ts';
import { SESSION_FIELDS, type SessionInfo } from './session-info.ts';

interface EventFields {
  readonly sessionId: string;
  /** The place after this event; null on what is not in the log. */
  readonly cursor: string | null;
}

export interface ItemAdded extends EventFields {
  readonly __typename: 'ItemAdded';
  readonly item: Item;
  /** The id of the draft that became this item, and is no more; null on all others. */
  readonly finishesDraft: string | null;
}

export interface ItemRemoved extends EventFields {
  readonly __typename: 'ItemRemoved';
  /** Maybe of an item that was never seen. */
  readonly itemId: string;
}

/** Title, metadata or expiry changed. */
export interface SessionUpdated extends EventFields {
  readonly __typename: 'SessionUpdated';
  /** As it was when the event was sent. */
  readonly session: SessionInfo;
}

/** The history was emptied: drop all items and drafts. */
export interface SessionCleared extends EventFields {
  readonly __typename: 'SessionCleared';
  /** As it was when the event was sent: what changed before the clear is not told to who comes later. */
  readonly session: SessionInfo;
}

/** The session is gone; the last event. */
export interface SessionDeleted extends EventFields {
  readonly __typename: 'SessionDeleted';
}

/** What follows is live. Once for each connection, so once more after each that broke. */
export interface CaughtUp extends EventFields {
  readonly __typename: 'CaughtUp';
}

export interface DraftStarted extends EventFields {
  readonly __typename: 'DraftStarted';
  /** With what had been written when it was first seen. */
  readonly draft: MessageDraft;
}

/** The draft's text of that channel goes on. */
export interface DraftAppended extends EventFields {
  readonly __typename: 'DraftAppended';
  readonly draftId: string;
  /** The length of the text before, in UTF-16 units. */
  readonly offset: number;
  readonly text: string;
  readonly channel: DraftChannel;
}

/** The draft is no longer written, or this reader missed how it ended: drop it. */
export interface DraftCancelled extends EventFields {
  readonly __typename: 'DraftCancelled';
  readonly draftId: string;
}

export type ResyncReason = 'EXPIRED' | 'DIVERGED';

/** The items that are held are no longer the log's past: read them again. The events go on from `cursor`. */
export interface ResyncRequired extends EventFields {
  readonly __typename: 'ResyncRequired';
  /** EXPIRED: the log begins later, or is another one. DIVERGED: the store lost entries that were seen. */
  readonly reason: ResyncReason;
}

/** What happens in a session, told apart by `__typename`. */
export type SessionEvent =
  | ItemAdded
  | ItemRemoved
  | SessionUpdated
  | SessionCleared
  | SessionDeleted
  | CaughtUp
  | DraftStarted
  | DraftAppended
  | DraftCancelled
  | ResyncRequired;

export const SESSION_EVENTS =
  'subscription($sessionId:ID!,$after:String){sessionEvents(sessionId:$sessionId,after:$after){__typename sessionId cursor' +
  `...on ItemAdded{item{${ITEM_FIELDS}}finishesDraft}...on ItemRemoved{itemId}` +
  `...on SessionUpdated{session{${SESSION_FIELDS}}}...on SessionCleared{session{${SESSION_FIELDS}}}` +
  `...on DraftStarted{draft{${DRAFT_FIELDS}}}...on DraftAppended{draftId offset text channel}` +
  '...on DraftCancelled{draftId}...on ResyncRequired{reason}}}';
