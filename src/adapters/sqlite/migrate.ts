import { readdirSync, readFileSync } from 'node:fs';
import { StoreUnavailableError } from '../../core/errors.ts';
import type { Database } from './database.ts';

const FOLDER = new URL('./migrations/', import.meta.url);
const NAME = /^(\d{3})-[a-z-]+\.sql$/;

interface Migration {
  readonly version: number;
  readonly sql: string;
}

/**
 * Applies the migrations that the database has not seen, in order, each in a transaction of its own with its number.
 * @throws StoreUnavailableError when the database has seen migrations that this version does not know.
 */
export function migrate(db: Database): void {
  const migrations = readMigrations();
  const newest = migrations.at(-1)?.version ?? 0;
  const version = versionOf(db);
  if (version > newest) {
    throw new StoreUnavailableError(
      `The database has version ${version}, this server knows versions up to ${newest}. Start the newer server, or use another file.`,
    );
  }
  for (const migration of migrations) {
    db.write(() => {
      // Another process may have been faster; the version is read again under the lock.
      if (migration.version <= versionOf(db)) return;
      db.exec(migration.sql);
      db.exec(`PRAGMA user_version = ${migration.version}`);
    });
  }
}

function versionOf(db: Database): number {
  return db.get<{ user_version: number }>('PRAGMA user_version')?.user_version ?? 0;
}

function readMigrations(): readonly Migration[] {
  const migrations = readdirSync(FOLDER).flatMap((name) => {
    const [, number] = NAME.exec(name) ?? [];
    if (number === undefined) return [];
    return [{ version: Number(number), sql: readFileSync(new URL(name, FOLDER), 'utf8') }];
  });
  return migrations.sort((one, other) => one.version - other.version);
}
