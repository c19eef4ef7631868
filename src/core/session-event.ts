import { cursorOf, itemIdOf } from './cursor.ts';
import type { Draft, DraftChannel } from './draft.ts';
import type { FeedEvent } from './feed/feed-event.ts';
import { Item } from './item.ts';
import type { Session } from './session.ts';

/** All that happens in a session; `cursor` is the place after the event, null when the event is not in the log. */
export type SessionEvent = { readonly sessionId: string; readonly cursor: string | null } & (
  | { readonly type: 'ItemAdded'; readonly item: Item; readonly finishesDraft: string | null }
  | { readonly type: 'ItemRemoved'; readonly itemId: string }
  | { readonly type: 'SessionUpdated'; readonly session: Session }
  | { readonly type: 'SessionCleared'; readonly session: Session }
  | { readonly type: 'SessionDeleted' }
  | { readonly type: 'CaughtUp' }
  | { readonly type: 'DraftStarted'; readonly draft: Draft }
  | {
      readonly type: 'DraftAppended';
      readonly draftId: string;
      readonly channel: DraftChannel;
      readonly offset: number;
      readonly text: string;
    }
  | { readonly type: 'DraftCancelled'; readonly draftId: string }
  | { readonly type: 'ResyncRequired'; readonly reason: 'EXPIRED' | 'DIVERGED' }
);

/**
 * Events that tell what the session is by now: whoever tells of one reads it first. With a clear go the entries before it,
 * and with them those that say that the session changed.
 */
export type ChangeEvent = FeedEvent & {
  readonly kind: 'entry';
  readonly entry: { readonly kind: 'updated' | 'cleared' };
};

export function isChange(event: FeedEvent): event is ChangeEvent {
  return event.kind === 'entry' && (event.entry.kind === 'updated' || event.entry.kind === 'cleared');
}

export function changeEvent(sessionId: string, { entry }: ChangeEvent, session: Session): SessionEvent {
  const base = { sessionId, cursor: cursorOf(sessionId, entry.id), session };
  return { ...base, type: entry.kind === 'updated' ? 'SessionUpdated' : 'SessionCleared' };
}

/** What an event of a session's feed is called outside; null: nothing that clients are told. */
export function sessionEvent(sessionId: string, event: Exclude<FeedEvent, ChangeEvent>): SessionEvent | null {
  switch (event.kind) {
    case 'entry':
      return entryEvent(sessionId, event);
    case 'draftStarted':
      return { sessionId, cursor: null, type: 'DraftStarted', draft: event.draft };
    case 'draftAppended': {
      const { draftId, channel, offset, text } = event;
      return { sessionId, cursor: null, type: 'DraftAppended', draftId, channel, offset, text };
    }
    case 'draftCancelled':
      return { sessionId, cursor: null, type: 'DraftCancelled', draftId: event.draftId };
    case 'caughtUp':
      return { sessionId, cursor: cursorOf(sessionId, event.at), type: 'CaughtUp' };
    case 'resync': {
      const cursor = cursorOf(sessionId, event.at);
      return { sessionId, cursor, type: 'ResyncRequired', reason: event.reason };
    }
    case 'deleted':
      return { sessionId, cursor: null, type: 'SessionDeleted' };
  }
}

function entryEvent(
  sessionId: string,
  { entry }: Extract<FeedEvent, { readonly kind: 'entry' }>,
): SessionEvent | null {
  const base = { sessionId, cursor: cursorOf(sessionId, entry.id) };
  switch (entry.kind) {
    case 'item': {
      const item = new Item(sessionId, entry);
      return { ...base, type: 'ItemAdded', item, finishesDraft: entry.finishesDraft ?? null };
    }
    case 'removed':
      return { ...base, type: 'ItemRemoved', itemId: itemIdOf(sessionId, entry.removed) };
    case 'created':
    case 'updated':
    case 'cleared':
      return null;
  }
}
