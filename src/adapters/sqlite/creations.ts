import type { EntryId } from '../../core/cursor.ts';
import type { Once } from '../../core/store.ts';
import type { Database } from './database.ts';
import { KEY_LIFETIME_MS } from './operations.ts';
import { toText } from './sessions.ts';

/** The id that an owner's key stands for. */
export interface Creation {
  readonly session: string;
  /** The session that was made under the key; null while the key only found one that was there. */
  readonly born: EntryId | null;
}

export function findCreation(
  db: Database,
  owner: string,
  once: Once,
  now: number,
): (Creation & { readonly digest: string }) | undefined {
  return db.get(
    'SELECT session, born, digest FROM creations WHERE owner = ? AND key = ? AND expires_at > ?',
    toText(owner),
    toText(once.key),
    now,
  );
}

export function keepCreation(db: Database, owner: string, once: Once, creation: Creation, now: number): void {
  db.run(
    'INSERT OR REPLACE INTO creations (owner, key, digest, session, born, expires_at) VALUES (?, ?, ?, ?, ?, ?)',
    ...[toText(owner), toText(once.key), once.digest, creation.session, creation.born, now + KEY_LIFETIME_MS],
  );
}
