import type { Database } from './database.ts';
import { hasTexts, removeTextsOf } from './draft-texts.ts';
import { removeDrafts } from './drafts.ts';
import { forgetOperations } from './operations.ts';

/** Rows of each table that one write clears away besides its own work: enough to keep up, too few to be felt. */
const ROWS_PER_WRITE = 200;

/** Clears away a bounded part of what has expired; runs inside every write. */
export function purge(db: Database, now: number): void {
  purgeSession(db, now);
  db.run(
    `DELETE FROM operations WHERE (session, key) IN (
       SELECT session, key FROM operations INDEXED BY operations_expiry WHERE expires_at <= ? LIMIT ${ROWS_PER_WRITE})`,
    now,
  );
  db.run(
    `DELETE FROM creations WHERE (owner, key) IN (
       SELECT owner, key FROM creations INDEXED BY creations_expiry WHERE expires_at <= ? LIMIT ${ROWS_PER_WRITE})`,
    now,
  );
}

/** Removes the session's row and all that belongs to it. */
export function removeSession(db: Database, key: number, id: string): void {
  db.run('DELETE FROM entries WHERE session = ?', key);
  db.run('DELETE FROM calls WHERE session = ?', key);
  removeDrafts(db, key);
  db.run('DELETE FROM sessions WHERE key = ?', key);
  forgetOperations(db, id);
}

/** Removes what an expired session has left under an id that is to be used again. */
export function removeExpired(db: Database, id: string): void {
  const expired = db.get<{ key: number }>('SELECT key FROM sessions WHERE id = ?', id);
  if (expired !== undefined) removeSession(db, expired.key, id);
}

function purgeSession(db: Database, now: number): void {
  const expired = db.get<{ key: number; id: string }>(
    'SELECT key, id FROM sessions INDEXED BY sessions_expiry WHERE expires_at <= ? ORDER BY expires_at LIMIT 1',
    now,
  );
  if (expired === undefined) return;
  // It must stay expired while it is taken apart over several writes, even if the clock is set back.
  db.run('UPDATE sessions SET expires_at = 0 WHERE key = ?', expired.key);
  db.run(
    `DELETE FROM entries WHERE place IN (
       SELECT place FROM entries INDEXED BY entries_log WHERE session = ? ORDER BY place LIMIT ${ROWS_PER_WRITE})`,
    expired.key,
  );
  removeTextsOf(db, expired.key, ROWS_PER_WRITE);
  const rest = db.get('SELECT 1 FROM entries INDEXED BY entries_log WHERE session = ? LIMIT 1', expired.key);
  if (rest === undefined && !hasTexts(db, expired.key)) removeSession(db, expired.key, expired.id);
}
