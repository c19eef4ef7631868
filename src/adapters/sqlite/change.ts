import type { Clock } from '../../core/clock.ts';
import type { Change as LiveChange, Doorbell, DraftChange, ListDoorbell, Moment } from '../../core/live.ts';
import type { ItemEntry, LogEntry } from '../../core/log.ts';
import type { Database } from './database.ts';
import { insertEntry, type EntryBody, type ItemBody, type WriteStamp } from './entries.ts';
import { trim } from './trimming.ts';
import { expiryOf, momentOf, saveSession, type SessionState } from './sessions.ts';

/** What every call needs. */
export interface Context {
  readonly db: Database;
  readonly clock: Clock;
  /** Eight characters of `[0-9A-Za-z]`, random, for one write. */
  readonly newMark: () => string;
  /** Called after the commit; must not throw, for the write cannot be taken back. */
  readonly announce: (sessionId: string, doorbell: Doorbell) => void;
  /** The same for the list of the session's owner, after a write to the log. */
  readonly announceList: (userId: string, doorbell: ListDoorbell) => void;
  /** Milliseconds without a write after which a draft is abandoned. */
  readonly draftIdleMs: number;
}

/** One write to one session, while it happens. */
export interface Change {
  readonly session: SessionState;
  /** The clock's time, which drafts are measured by; the time of `stamp` may be later. */
  readonly now: number;
  readonly stamp: WriteStamp;
  readonly from: Moment;
  readonly changes: LiveChange[];
  /** Set by a write to a draft that may have changed nothing, and still counts as one. */
  touched: boolean;
}

export function beginChange(session: SessionState, now: number, mark: string): Change {
  return {
    session,
    now,
    // A clock that was set back must not take a session back in its owner's list.
    stamp: { at: Math.max(now, session.updated), mark },
    from: momentOf(session),
    changes: [],
    touched: false,
  };
}

/** Brings the session's row up to date with the change; what is to be told of it once it is committed. */
export function endChange(db: Database, { session, stamp, from, changes, touched }: Change): News | null {
  const listed = changes.some((change) => change.kind === 'entry');
  if (changes.length === 0 && !touched) return null;
  if (listed) {
    session.updated = stamp.at;
    trim(db, session, { changes, from });
  }
  if (changes.some(concernsDrafts)) session.drafts = revisionAfter(session.drafts, stamp.mark);
  session.expiresAt = expiryOf(session.expiresAfter, stamp.at);
  saveSession(db, session);
  if (changes.length === 0) return null;
  return { session, doorbell: { from, to: momentOf(session), changes }, listed };
}

/** What others hear of a write. */
export interface News {
  readonly session: { readonly id: string; readonly owner: string };
  readonly doorbell: Doorbell;
  /** Whether the owner's list is another one now. */
  readonly listed: boolean;
}

export function tell({ announce, announceList }: Context, { session, doorbell, listed }: News): void {
  announce(session.id, doorbell);
  if (listed) announceList(session.owner, { sessionId: session.id });
}

/** Adds an entry at the end of the log. */
export function addEntry(db: Database, change: Change, body: Exclude<EntryBody, ItemBody>): LogEntry {
  const { session, stamp, changes } = change;
  const prev = session.last;
  const id = insertEntry(db, session.key, prev, stamp, body);
  const entry: LogEntry = { id, prev, at: stamp.at, ...body };
  session.last = id;
  changes.push({ kind: 'entry', entry });
  return entry;
}

/** Adds an item at the end of the log, and counts it. */
export function addItem(db: Database, change: Change, body: ItemBody): ItemEntry {
  const { session, stamp, changes } = change;
  const prev = session.last;
  const id = insertEntry(db, session.key, prev, stamp, body);
  const finished = body.finishes === undefined ? {} : { finishesDraft: body.finishes };
  const entry: ItemEntry = { id, prev, at: stamp.at, kind: 'item', item: body.item, ...finished };
  session.last = id;
  session.change = id;
  session.items += 1;
  if (countsAsMessage(body.item.role)) session.messages += 1;
  changes.push({ kind: 'entry', entry });
  return entry;
}

/** Tells of what has been done to a draft. */
export function addDraftChange({ changes }: Change, draftChange: DraftChange): void {
  changes.push(draftChange);
}

export function countsAsMessage(role: ItemEntry['item']['role']): boolean {
  return role === 'USER' || role === 'ASSISTANT';
}

function concernsDrafts(change: LiveChange): boolean {
  if (change.kind !== 'entry') return true;
  return change.entry.kind === 'item' && change.entry.finishesDraft !== undefined;
}

/** The count makes it another one than all before, the mark another one than those of a file that was put back. */
function revisionAfter(revision: string, mark: string): string {
  return `${(Number.parseInt(revision, 10) || 0) + 1}.${mark}`;
}
