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
  | { readonly type: 'SessionCleared' }
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

/** Events that say that the session changed, and not how: whoever tells of one reads the session first. */
export type UpdateEvent = FeedEvent & {
  readonly kind: 'entry';
  readonly entry: { readonly kind: 'updated' };
};

export function isUpdate(event: FeedEvent): event is UpdateEvent {
  return event.kind === 'entry' && event.entry.kind === 'updated';
}

/** What an event of a session's feed is called outside; null: nothing that clients are told. */
export function sessionEvent(sessionId: string, event: Exclude<FeedEvent, UpdateEvent>): SessionEvent | null {
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
    case 'cleared':
      return { ...base, type: 'SessionCleared' };
    case 'created':
    case 'updated':
      return null;
  }
}
