import type { Clock } from '../../core/clock.ts';
import { NotFoundError } from '../../core/errors.ts';
import type { Doorbell } from '../../core/live.ts';
import type { ItemEntry, LogEntry } from '../../core/log.ts';
import type { Write } from '../../core/store.ts';
import type { Database } from './database.ts';
import { insertEntry, type EntryBody, type WriteStamp } from './entries.ts';
import { recall, remember } from './operations.ts';
import { purge } from './purge.ts';
import { findSession, saveSession, type SessionState } from './sessions.ts';

/** What every call needs. */
export interface Context {
  readonly db: Database;
  readonly clock: Clock;
  /** Eight characters of `[0-9A-Za-z]`, random, for one write. */
  readonly newMark: () => string;
  /** Called after the commit; must not throw, for the write cannot be taken back. */
  readonly announce: (sessionId: string, doorbell: Doorbell) => void;
}

/** One write to one session, while it happens. */
export interface Change {
  readonly session: SessionState;
  readonly stamp: WriteStamp;
  readonly entries: LogEntry[];
}

export interface Operation<Answer, Result> {
  /** Makes the change; what it throws undoes it. The answer is kept as JSON under the write's key. */
  work(change: Change): Answer;
  /** The result of the first call and of every repeat, with the session as it is then. */
  result(session: SessionState, answer: Answer): Result;
}

/**
 * Checks first (exists, owner, `once`), then the operation, its record and the session's row, then the doorbell.
 * @throws NotFoundError, ConflictError, StoreUnavailableError, and what `work` throws.
 */
export function changeSession<Answer, Result>(
  context: Context,
  write: Write,
  operation: Operation<Answer, Result>,
): Result {
  const { db, clock, newMark } = context;
  let doorbell: Doorbell | null = null;
  const result = db.write(() => {
    const now = clock.now();
    purge(db, now);
    const session = findSession(db, write.sessionId, now);
    if (session === null || isForeign(session, write)) throw new NotFoundError();
    const earlier = write.once && recall<Answer>(db, session, write.once, now);
    if (earlier !== undefined) return operation.result(session, earlier.answer);

    const prev = session.last;
    // A clock that was set back must not take a session back in its owner's list.
    const change: Change = {
      session,
      stamp: { at: Math.max(now, session.updated), mark: newMark() },
      entries: [],
    };
    const answer = operation.work(change);
    if (change.entries.length > 0) {
      session.updated = change.stamp.at;
      saveSession(db, session);
      doorbell = { prev, entries: change.entries };
    }
    if (write.once !== undefined) remember(db, session, write.once, now, answer);
    return operation.result(session, answer);
  });
  if (doorbell !== null) context.announce(write.sessionId, doorbell);
  return result;
}

export function isForeign(session: SessionState, write: Write): boolean {
  return write.owner !== undefined && write.owner !== session.owner;
}

/** Adds an entry at the end of the log. */
export function addEntry(db: Database, change: Change, body: Exclude<EntryBody, { kind: 'item' }>): LogEntry {
  const { session, stamp, entries } = change;
  const prev = session.last;
  const id = insertEntry(db, session.key, prev, stamp, body);
  const entry: LogEntry = { id, prev, at: stamp.at, ...body };
  session.last = id;
  entries.push(entry);
  return entry;
}

/** Adds an item at the end of the log, and counts it. */
export function addItem(db: Database, change: Change, body: Extract<EntryBody, { kind: 'item' }>): ItemEntry {
  const { session, stamp, entries } = change;
  const prev = session.last;
  const id = insertEntry(db, session.key, prev, stamp, body);
  const entry: ItemEntry = { id, prev, at: stamp.at, kind: 'item', item: body.item };
  session.last = id;
  session.change = id;
  session.items += 1;
  if (countsAsMessage(body.item.role)) session.messages += 1;
  entries.push(entry);
  return entry;
}

export function countsAsMessage(role: ItemEntry['item']['role']): boolean {
  return role === 'USER' || role === 'ASSISTANT';
}
