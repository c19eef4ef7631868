import type { EntryId } from '../../core/cursor.ts';
import type { ItemEntry } from '../../core/log.ts';
import type { LogRead } from '../../core/store-reads.ts';
import type { Context } from './change.ts';
import type { Database } from './database.ts';
import { openDrafts } from './drafts.ts';
import { ENTRY_COLUMNS, entryOf, itemEntryOf, type EntryRow } from './entries.ts';
import { placeOf, standingOf } from './places.ts';
import { findSession } from './sessions.ts';

/** Values: session key, the place before the first one wanted, the limit. */
export const LOG_SQL = `SELECT ${ENTRY_COLUMNS} FROM entries INDEXED BY entries_log
  WHERE session = ? AND place > ? ORDER BY place LIMIT ?`;

/** @throws StoreUnavailableError. */
export function readLog(
  { db, clock }: Context,
  sessionId: string,
  after: EntryId | null,
  limit: number,
): LogRead | null {
  return db.read(() => {
    const session = findSession(db, sessionId, clock.now());
    if (session === null) return null;
    const { born, last: end } = session;
    // Who stands where the log begins since it was trimmed has missed nothing.
    const standing =
      after === null || after === session.floor
        ? { state: 'known' as const, place: 0 }
        : standingOf(db, session, after);
    if (standing.state !== 'known') return { state: standing.state, born, end };
    const entries = rowsAfter(db, session.key, standing.place, limit).map(entryOf);
    const reached = (entries.at(-1)?.id ?? end) === end;
    return { state: 'ok', born, end, entries, drafts: reached ? openDrafts(db, session) : null };
  });
}

/**
 * A read ends with the entry with which it passes so many bytes of items and their metadata: a reader that stands still
 * holds what it has read.
 */
const READ_BYTES = 96 * 1024;
/** Rows that are read at once: what is read beyond the bytes is read in vain. */
const BATCH = 16;

function rowsAfter(db: Database, sessionKey: number, after: number, limit: number): readonly EntryRow[] {
  const rows: EntryRow[] = [];
  let bytes = 0;
  let place = after;
  while (rows.length < limit) {
    const size = Math.min(BATCH, limit - rows.length);
    const batch = db.all<EntryRow>(LOG_SQL, sessionKey, place, size);
    for (const row of batch) {
      rows.push(row);
      if (row.kind === 'item') bytes += Buffer.byteLength(row.raw) + Buffer.byteLength(row.metadata);
      if (bytes > READ_BYTES) return rows;
      place = row.place;
    }
    if (batch.length < size) break;
  }
  return rows;
}

/** @throws StoreUnavailableError. */
export function readItem({ db, clock }: Context, sessionId: string, entry: EntryId): ItemEntry | null {
  const asked = placeOf(entry);
  if (asked === null) return null;
  return db.read(() => {
    const session = findSession(db, sessionId, clock.now());
    if (session === null) return null;
    const row = db.get<EntryRow>(
      `SELECT ${ENTRY_COLUMNS} FROM entries WHERE place = ? AND session = ? AND mark = ? AND kind = 'item'`,
      ...[asked.place, session.key, asked.mark],
    );
    return row === undefined ? null : itemEntryOf(row);
  });
}
