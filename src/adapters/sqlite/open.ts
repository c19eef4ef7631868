import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { StoreUnavailableError } from '../../core/errors.ts';
import { connect, type Database } from './database.ts';
import { storeErrorOf } from './errors.ts';
import { migrate } from './migrate.ts';

/** The path that means: no file. */
export const IN_MEMORY = ':memory:';

/**
 * How long a call waits, with the process standing still, for another process that holds the file: a backup or an
 * import. Longer than their single writes, shorter than the second in which readiness must be known.
 */
const BUSY_TIMEOUT_MS = 500;

/**
 * Opens the file, or a database in memory, and brings it up to date. The parent folder is made if need be.
 * @throws StoreUnavailableError when it cannot be opened, or was written by a newer version.
 */
export function openDatabase(path: string): Database {
  if (path !== IN_MEMORY) makeFolder(dirname(path));
  const db = connect(path);
  try {
    db.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
    db.exec('PRAGMA journal_mode = WAL');
    db.exec('PRAGMA synchronous = FULL');
    migrate(db);
    return db;
  } catch (error) {
    db.close();
    throw storeErrorOf(error);
  }
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (cause) {
    throw new StoreUnavailableError(`The folder ${folder} cannot be made.`, {}, { cause });
  }
}
