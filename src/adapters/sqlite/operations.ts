import { ConflictError } from '../../core/errors.ts';
import type { Once, Write } from '../../core/store.ts';
import type { Database } from './database.ts';
import { toText, type SessionState } from './sessions.ts';

/** How long a key is remembered. */
export const KEY_LIFETIME_MS = 24 * 3_600_000;

/** What `deleted_for` holds when the deletion was asked for without naming an owner: no JSON text of an owner is empty. */
const ANY_OWNER = '';

interface OperationRow {
  readonly digest: string;
  readonly born: string;
  readonly answer: string;
  readonly deleted_for: string | null;
}

/**
 * What the first call under this key answered, for this incarnation of the session; undefined when there was none.
 * @throws ConflictError when it had another digest.
 */
export function recall<Answer>(
  db: Database,
  session: SessionState,
  once: Once,
  now: number,
): { readonly answer: Answer } | undefined {
  const row = findOperation(db, session.id, once, now);
  if (row === undefined || row.born !== session.born || row.deleted_for !== null) return undefined;
  if (row.digest !== once.digest) throw keyConflict();
  return { answer: JSON.parse(row.answer) as Answer };
}

export function remember(
  db: Database,
  session: SessionState,
  once: Once,
  now: number,
  answer: unknown,
): void {
  keep(db, session, once, now, JSON.stringify(answer), null);
}

/**
 * Whether this key has deleted a session of this id before, for the same owner.
 * @throws ConflictError when the deletion had another digest.
 */
export function recallDeletion(db: Database, write: Write, now: number): boolean {
  if (write.once === undefined) return false;
  const row = findOperation(db, write.sessionId, write.once, now);
  if (row === undefined || row.deleted_for !== ownerOf(write)) return false;
  if (row.digest !== write.once.digest) throw keyConflict();
  return true;
}

export function rememberDeletion(db: Database, session: SessionState, write: Write, now: number): void {
  if (write.once !== undefined) keep(db, session, write.once, now, 'true', ownerOf(write));
}

/** Forgets all keys of the session but those of deletions. */
export function forgetOperations(db: Database, sessionId: string): void {
  db.run('DELETE FROM operations WHERE session = ? AND deleted_for IS NULL', sessionId);
}

export function keyConflict(): ConflictError {
  return new ConflictError('This idempotency key was used with another operation or input. Use a new key.');
}

function findOperation(db: Database, sessionId: string, once: Once, now: number): OperationRow | undefined {
  return db.get<OperationRow>(
    'SELECT digest, born, answer, deleted_for FROM operations WHERE session = ? AND key = ? AND expires_at > ?',
    ...[sessionId, toText(once.key), now],
  );
}

function keep(
  db: Database,
  session: SessionState,
  once: Once,
  now: number,
  answer: string,
  deletedFor: string | null,
): void {
  db.run(
    `INSERT OR REPLACE INTO operations (session, key, digest, born, answer, deleted_for, expires_at)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
    ...[session.id, toText(once.key), once.digest, session.born, answer, deletedFor, now + KEY_LIFETIME_MS],
  );
}

function ownerOf(write: Write): string {
  return write.owner === undefined ? ANY_OWNER : toText(write.owner);
}
