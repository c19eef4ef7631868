import type { Viewer } from './access.ts';
import { cursorOf, itemIdOf, parseCursor, START, type EntryId } from './cursor.ts';
import { CursorExpiredError, NotFoundError, type CodedError } from './errors.ts';
import type { Feeds } from './feed/feeds.ts';
import { mapped, type Mapped } from './feed/mapped.ts';
import type { FeedEvent, Reader } from './feed/reader.ts';
import { Item } from './item.ts';
import type { LogEntry } from './log.ts';
import type { Session } from './session.ts';
import type { Sessions } from './sessions.ts';

/** All that happens in a session; `cursor` is the place after the event, null when the event is not in the log. */
export type SessionEvent = { readonly sessionId: string; readonly cursor: string | null } & (
  | { readonly type: 'ItemAdded'; readonly item: Item }
  | { readonly type: 'ItemRemoved'; readonly itemId: string }
  | { readonly type: 'SessionUpdated'; readonly session: Session }
  | { readonly type: 'SessionCleared' }
  | { readonly type: 'SessionDeleted' }
  | { readonly type: 'CaughtUp' }
  | { readonly type: 'ResyncRequired'; readonly reason: 'EXPIRED' | 'DIVERGED' }
);

/** A message, or why no more can come. */
export type MessageEvent = Item | CodedError;

export interface WatchingOptions {
  readonly sessions: Sessions;
  readonly feeds: Feeds;
}

/** Following sessions. `after` is a cursor, `"0"` for the beginning, or absent for: from now on. */
export class Watching {
  readonly #sessions: Sessions;
  readonly #feeds: Feeds;

  constructor({ sessions, feeds }: WatchingOptions) {
    this.#sessions = sessions;
    this.#feeds = feeds;
  }

  /** @throws NotFoundError, BadUserInputError (`after`), StoreUnavailableError; all before the first event. */
  async events(
    viewer: Viewer,
    sessionId: string,
    after: string | null | undefined,
  ): Promise<AsyncIterableIterator<SessionEvent, undefined>> {
    const reader = await this.#follow(viewer, sessionId, after);
    return mapped(reader, async (event): Promise<Mapped<SessionEvent>> => {
      if (event.kind === 'entry') return this.#entryEvent(viewer, sessionId, event.entry, reader);
      return controlEvent(sessionId, event);
    });
  }

  /** Messages of users and assistants; the last event is an error when the place is lost. Throws as `events` does. */
  async messages(
    viewer: Viewer,
    sessionId: string,
    after: string | null | undefined,
  ): Promise<AsyncIterableIterator<MessageEvent, undefined>> {
    const reader = await this.#follow(viewer, sessionId, after);
    return mapped(reader, (event): Mapped<MessageEvent> => {
      if (event.kind === 'resync') return { value: new CursorExpiredError(), last: true };
      if (event.kind !== 'entry' || event.entry.kind !== 'item') return null;
      const { role } = event.entry.item;
      return role === 'USER' || role === 'ASSISTANT' ? { value: new Item(sessionId, event.entry) } : null;
    });
  }

  async #follow(viewer: Viewer, sessionId: string, after: string | null | undefined): Promise<Reader> {
    const session = await this.#sessions.get(viewer, sessionId);
    if (session === null) throw new NotFoundError();
    return this.#feeds.follow(session, placeOf(session, after));
  }

  async #entryEvent(
    viewer: Viewer,
    sessionId: string,
    entry: LogEntry,
    reader: Reader,
  ): Promise<Mapped<SessionEvent>> {
    const base = { sessionId, cursor: cursorOf(sessionId, entry.id) };
    switch (entry.kind) {
      case 'item':
        return { value: { ...base, type: 'ItemAdded', item: new Item(sessionId, entry) } };
      case 'removed':
        return { value: { ...base, type: 'ItemRemoved', itemId: itemIdOf(sessionId, entry.removed) } };
      case 'updated': {
        const session = await reader.patiently(() => this.#sessions.get(viewer, sessionId));
        // Deleted since: the deletion is the next event.
        return session === null || session === undefined
          ? null
          : { value: { ...base, type: 'SessionUpdated', session } };
      }
      case 'cleared':
        return { value: { ...base, type: 'SessionCleared' } };
      case 'created':
        return null;
    }
  }
}

function controlEvent(sessionId: string, event: Exclude<FeedEvent, { kind: 'entry' }>): Mapped<SessionEvent> {
  switch (event.kind) {
    case 'caughtUp':
      return { value: { sessionId, cursor: cursorOf(sessionId, event.at), type: 'CaughtUp' } };
    case 'resync':
      return {
        value: {
          sessionId,
          cursor: cursorOf(sessionId, event.at),
          type: 'ResyncRequired',
          reason: event.reason,
        },
      };
    case 'deleted':
      return { value: { sessionId, cursor: null, type: 'SessionDeleted' } };
  }
}

function placeOf(session: Session, after: string | null | undefined): EntryId | null {
  if (after === null || after === undefined) return session.end;
  return after === START ? null : parseCursor(session.id, after, 'after');
}
