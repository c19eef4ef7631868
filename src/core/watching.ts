import type { Viewer } from './access.ts';
import { parseCursor, START, type EntryId } from './cursor.ts';
import { CursorExpiredError, NotFoundError, type CodedError } from './errors.ts';
import type { Feeds } from './feed/feeds.ts';
import { Following } from './feed/following.ts';
import type { ListChange } from './feed/list-channel.ts';
import type { Lists } from './feed/lists.ts';
import type { Mapped } from './feed/mapped.ts';
import { Item } from './item.ts';
import type { Session } from './session.ts';
import { changeEvent, isChange, sessionEvent, type SessionEvent } from './session-event.ts';
import type { Sessions } from './sessions.ts';

/** A message, or why no more can come. */
export type MessageEvent = Item | CodedError;

export interface WatchingOptions {
  readonly sessions: Sessions;
  readonly feeds: Feeds;
  readonly lists: Lists;
}

/** Following sessions. `after` is a cursor, `"0"` for the beginning, or absent for: from now on. */
export class Watching {
  readonly #sessions: Sessions;
  readonly #feeds: Feeds;
  readonly #lists: Lists;

  constructor({ sessions, feeds, lists }: WatchingOptions) {
    this.#sessions = sessions;
    this.#feeds = feeds;
    this.#lists = lists;
  }

  /** @throws NotFoundError, BadUserInputError (`after`), StoreUnavailableError; all before the first event. */
  async events(
    viewer: Viewer,
    sessionId: string,
    after: string | null | undefined,
  ): Promise<Following<SessionEvent>> {
    const session = await this.#session(viewer, sessionId);
    const reader = await this.#feeds.follow(session, placeOf(session, after));
    return new Following<SessionEvent>({
      reader,
      scope: scopeOf('events', viewer, session),
      map: (event, from) => {
        if (!isChange(event)) {
          const value = sessionEvent(sessionId, event);
          return value === null ? null : { value };
        }
        return from
          .patiently(() => this.#sessions.get(viewer, sessionId))
          .then((now) => {
            // Deleted since: the deletion is the next event.
            if (now?.born !== session.born) return null;
            return { value: changeEvent(sessionId, event, now) };
          });
      },
    });
  }

  /** Messages of users and assistants; the last event is an error when the place is lost. Throws as `events` does. */
  async messages(
    viewer: Viewer,
    sessionId: string,
    after: string | null | undefined,
  ): Promise<Following<MessageEvent>> {
    const session = await this.#session(viewer, sessionId);
    const reader = await this.#feeds.follow(session, placeOf(session, after));
    return new Following<MessageEvent>({
      reader,
      scope: scopeOf('messages', viewer, session),
      map: (event): Mapped<MessageEvent> => {
        if (event.kind === 'resync') return { value: new CursorExpiredError(), last: true };
        if (event.kind !== 'entry' || event.entry.kind !== 'item') return null;
        const { role } = event.entry.item;
        return role === 'USER' || role === 'ASSISTANT' ? { value: new Item(sessionId, event.entry) } : null;
      },
    });
  }

  /**
   * What becomes of a user's sessions, each once a second at most; first what was active since `after`, a cursor of their
   * list, or all with `"0"`.
   * @throws BadUserInputError, ForbiddenError, StoreUnavailableError; all before the first event.
   */
  async list(
    viewer: Viewer,
    userId: string | null | undefined,
    after: string | null | undefined,
  ): Promise<AsyncIterableIterator<ListChange, undefined>> {
    const { owner, since } = this.#sessions.listOf(viewer, userId, after);
    return this.#lists.follow(owner, since);
  }

  async #session(viewer: Viewer, sessionId: string): Promise<Session> {
    const session = await this.#sessions.get(viewer, sessionId);
    if (session === null) throw new NotFoundError();
    return session;
  }
}

/** What those have in common who are told the same of a session: the same log, and the same right to see it. */
function scopeOf(what: string, { kind, userId }: Viewer, { id, born }: Session): string {
  return JSON.stringify([what, kind, userId, id, born]);
}

function placeOf(session: Session, after: string | null | undefined): EntryId | null {
  if (after === null || after === undefined) return session.end;
  return after === START ? null : parseCursor(session.id, after, 'after');
}
