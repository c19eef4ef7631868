import type { EntryId } from '../../core/cursor.ts';
import { CursorExpiredError, NotFoundError } from '../../core/errors.ts';
import type { ItemPage, ItemPageRequest } from '../../core/store-reads.ts';
import type { Context } from './change.ts';
import type { Database } from './database.ts';
import { itemEntryOf, type EntryRow } from './entries.ts';
import { existsSql, pageSql } from './page-sql.ts';
import { placeOf, standingOf } from './places.ts';
import { findSession, type SessionState } from './sessions.ts';

/** @throws NotFoundError, CursorExpiredError, StoreUnavailableError. */
export function readPage({ db, clock }: Context, sessionId: string, request: ItemPageRequest): ItemPage {
  return db.read(() => {
    const session = findSession(db, sessionId, clock.now());
    if (session === null) throw new NotFoundError();
    return pageOf(db, session, request);
  });
}

function pageOf(db: Database, session: SessionState, request: ItemPageRequest): ItemPage {
  const end = placeOf(request.upTo)?.place;
  if (end === undefined) throw new CursorExpiredError();
  const after = request.after === undefined ? 0 : knownPlace(db, session, request.after);
  const before = request.before === undefined ? end + 1 : knownPlace(db, session, request.before);

  const { roles, from } = request;
  const rows = rowsBetween(db, session.key, request, after + 1, Math.min(before - 1, end));
  const entries = (from === 'start' ? rows : rows.toReversed()).map(itemEntryOf);
  const exists = (low: number, high: number) =>
    db.get(existsSql(roles), session.key, low, high) !== undefined;
  // An empty page stands at the edge that it was asked to begin at.
  const edge = from === 'start' ? after + 1 : before;
  const [first, last] = from === 'start' ? [rows.at(0), rows.at(-1)] : [rows.at(-1), rows.at(0)];
  return {
    entries,
    hasNext: exists(last === undefined ? edge : last.place + 1, end),
    hasPrevious: exists(0, Math.min((first?.place ?? edge) - 1, end)),
  };
}

/** A page ends with the item with which it passes so many bytes of items and their metadata. */
const PAGE_BYTES = 2 * 1024 * 1024;
/** Rows that are read first, and most at once later: what is read beyond the bytes is read in vain. */
const FIRST_BATCH = 4;
const MOST_AT_ONCE = 64;

/** Those that a page holds of what lies between two places, the nearest to where it begins first. */
function rowsBetween(
  db: Database,
  sessionKey: number,
  { roles, from, count }: ItemPageRequest,
  lowest: number,
  highest: number,
): readonly EntryRow[] {
  const sql = pageSql(roles, from);
  const rows: EntryRow[] = [];
  let [low, high, bytes] = [lowest, highest, 0];
  while (rows.length < count) {
    // As many as there is room for if they are like those before.
    const fitting = bytes === 0 ? FIRST_BATCH : Math.ceil((PAGE_BYTES - bytes) / (bytes / rows.length)) + 1;
    const size = Math.min(fitting, MOST_AT_ONCE, count - rows.length);
    const batch = db.all<EntryRow>(sql, sessionKey, low, high, size);
    for (const row of batch) {
      rows.push(row);
      bytes += Buffer.byteLength(row.raw) + Buffer.byteLength(row.metadata);
      if (bytes > PAGE_BYTES) return rows;
      if (from === 'start') low = row.place + 1;
      else high = row.place - 1;
    }
    if (batch.length < size) break;
  }
  return rows;
}

function knownPlace(db: Database, session: SessionState, entry: EntryId): number {
  const standing = standingOf(db, session, entry);
  if (standing.state !== 'known') throw new CursorExpiredError();
  return standing.place;
}
