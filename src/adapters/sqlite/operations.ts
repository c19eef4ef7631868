import { ConflictError } from '../../core/errors.ts';
import type { Once, Write } from '../../core/store.ts';
import type { Database } from './database.ts';
import { toText, type SessionState } from './sessions.ts';

/** How long a key is remembered. */
export const KEY_LIFETIME_MS = 24 * 3_600_000;

/**
 * What `deleted_for` holds when there was nothing to delete, and no owner was named whose session it should have been.
 * No JSON text of an owner is empty.
 */
const ANY_OWNER = '';

const DELETED = 'true';
const NOTHING_DELETED = 'false';

interface OperationRow {
  readonly digest: string;
  readonly born: string;
  readonly answer: string;
  readonly deleted_for: string | null;
}

/**
 * What the first call under this key answered, for this incarnation of the session; undefined when there was none.
 * @throws ConflictError when it had another digest, or was a deletion: to overwrite that one would let its repeat delete
 * this session.
 */
export function recall<Answer>(
  db: Database,
  session: SessionState,
  once: Once,
  now: number,
): { readonly answer: Answer } | undefined {
  const row = findOperation(db, session.id, once, now);
  if (row === undefined) return undefined;
  if (row.deleted_for !== null) {
    if (concerns(row.deleted_for, session.owner)) throw keyConflict();
    return undefined;
  }
  if (row.born !== session.born) return undefined;
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
  keep(db, session, once, now, { answer: JSON.stringify(answer), deletedFor: null });
}

/**
 * What this key's deletion under this id answered, for the same owner; undefined when there was none.
 * @throws ConflictError when the deletion had another digest.
 */
export function recallDeletion(db: Database, write: Write, now: number): boolean | undefined {
  if (write.once === undefined) return undefined;
  const row = findOperation(db, write.sessionId, write.once, now);
  if (row === undefined || row.deleted_for === null || !concerns(row.deleted_for, write.owner))
    return undefined;
  if (row.digest !== write.once.digest) throw keyConflict();
  return row.answer === DELETED;
}

export function rememberDeletion(db: Database, session: SessionState, write: Write, now: number): void {
  if (write.once === undefined) return;
  keep(db, session, write.once, now, { answer: DELETED, deletedFor: toText(session.owner) });
}

/** Remembers that there was nothing to delete, unless another owner's deletion is remembered under the key. */
export function rememberNoDeletion(db: Database, { sessionId, owner, once }: Write, now: number): void {
  if (once === undefined) return;
  const row = findOperation(db, sessionId, once, now);
  if (row !== undefined && row.deleted_for !== null) return;
  const deletedFor = owner === undefined ? ANY_OWNER : toText(owner);
  keep(db, { id: sessionId, born: '' }, once, now, { answer: NOTHING_DELETED, deletedFor });
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
  { id, born }: { readonly id: string; readonly born: string },
  once: Once,
  now: number,
  { answer, deletedFor }: { readonly answer: string; readonly deletedFor: string | null },
): void {
  db.run(
    `INSERT OR REPLACE INTO operations (session, key, digest, born, answer, deleted_for, expires_at)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
    ...[id, toText(once.key), once.digest, born, answer, deletedFor, now + KEY_LIFETIME_MS],
  );
}

/** Whether a deletion's record is for this owner; undefined: for any. */
function concerns(deletedFor: string, owner: string | undefined): boolean {
  return owner === undefined || deletedFor === ANY_OWNER || deletedFor === toText(owner);
}
