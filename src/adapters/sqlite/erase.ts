import type { ErasedRest, ErasedSession } from '../../core/erased.ts';
import { StoreUnavailableError } from '../../core/errors.ts';
import { tell, type Context } from './change.ts';
import type { Database } from './database.ts';
import { storeErrorOf } from './errors.ts';
import { removeSession } from './purge.ts';
import { stagedOwner } from './restore.ts';
import { toText } from './sessions.ts';

interface OwnedRow {
  readonly key: number;
  readonly id: string;
  readonly items: number;
}

const REMAINS: readonly string[] = [
  'Blocks of the disk that the file system has taken back and not used again.',
  'Backups and other copies of the file until they are thrown away.',
];

/**
 * Removes all that the file holds of a user. Others may read and write between two sessions, and have to wait while the
 * file is written anew.
 * @throws StoreUnavailableError.
 */
export async function eraseUser(
  context: Context,
  userId: string,
  onErased: (session: ErasedSession) => void,
): Promise<ErasedRest> {
  const { db } = context;
  for (;;) {
    const erased = db.write(() => removeOne(db, toText(userId)));
    if (erased === null) break;
    tell(context, { session: { id: erased.id, owner: userId }, doorbell: 'look', listed: true });
    onErased({ id: erased.id, items: erased.items });
    await new Promise((resolve) => setImmediate(resolve));
  }
  const records = db.write(() => removeRecords(db, userId));
  return { records, remains: [...REMAINS, ...overwrite(db)] };
}

/** One session, also one that has expired and is not cleared away yet. */
function removeOne(db: Database, owner: string): OwnedRow | null {
  const row = db.get<OwnedRow>('SELECT key, id, items FROM sessions WHERE owner = ? LIMIT 1', owner);
  if (row === undefined) return null;
  removeSession(db, row.key, row.id);
  return row;
}

function removeRecords(db: Database, userId: string): number {
  const owner = toText(userId);
  const staged = db.all<OwnedRow>('SELECT key, id, items FROM sessions WHERE owner = ?', stagedOwner(userId));
  for (const { key, id } of staged) removeSession(db, key, id);
  const count = (sql: string): number => db.get<{ rows: number }>(sql, owner)?.rows ?? 0;
  const records =
    count('SELECT count(*) AS rows FROM creations WHERE owner = ?') +
    count('SELECT count(*) AS rows FROM operations WHERE deleted_for = ?');
  db.run('DELETE FROM creations WHERE owner = ?', owner);
  db.run('DELETE FROM operations WHERE deleted_for = ?', owner);
  return records + staged.length;
}

/**
 * Writes the file anew, without what was deleted, now or earlier, and empties the journal beside it. What is left of it
 * when the file cannot be written anew, in words.
 */
function overwrite(db: Database): readonly string[] {
  try {
    db.exec('VACUUM');
    const checkpoint = db.get<{ busy: number }>('PRAGMA wal_checkpoint(TRUNCATE)');
    return checkpoint?.busy === 1 ? [STILL_READ] : [];
  } catch (error) {
    const cause = storeErrorOf(error);
    if (cause instanceof StoreUnavailableError) return [STILL_USED];
    throw cause;
  }
}

const STILL_READ =
  'The file with the ending -wal, because another process reads the database: run this again when it does not.';
const STILL_USED =
  'Pages of the file that are free, and the file with the ending -wal, because the database was in use or the disk is full: run this again.';
