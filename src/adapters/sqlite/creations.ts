import { NotFoundError } from '../../core/errors.ts';
import type { Once } from '../../core/store.ts';
import type { Database } from './database.ts';
import { keyConflict, KEY_LIFETIME_MS } from './operations.ts';
import { findSession, toText, type SessionState } from './sessions.ts';

interface CreationRow {
  readonly session: string;
  readonly born: string | null;
  readonly digest: string;
}

/**
 * The session that an owner's key made or found, as it is now; undefined when the key is new.
 * @throws ConflictError when the key was used with another digest; NotFoundError when the session has gone since, also
 * when there is another one under its id.
 */
export function findCreation(db: Database, owner: string, once: Once, now: number): SessionState | undefined {
  const row = db.get<CreationRow>(
    'SELECT session, born, digest FROM creations WHERE owner = ? AND key = ? AND expires_at > ?',
    toText(owner),
    toText(once.key),
    now,
  );
  if (row === undefined) return undefined;
  if (row.digest !== once.digest) throw keyConflict();
  const session = findSession(db, row.session, now);
  if (session === null || session.born !== row.born) throw new NotFoundError();
  return session;
}

export function keepCreation(
  db: Database,
  owner: string,
  once: Once,
  { id, born }: SessionState,
  now: number,
): void {
  db.run(
    'INSERT OR REPLACE INTO creations (owner, key, digest, session, born, expires_at) VALUES (?, ?, ?, ?, ?, ?)',
    ...[toText(owner), toText(once.key), once.digest, id, born, now + KEY_LIFETIME_MS],
  );
}
