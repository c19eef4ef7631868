import Driver from 'libsql';
import { StoreUnavailableError } from '../../core/errors.ts';
import { storeErrorOf } from './errors.ts';

export type Value = string | number | null;

/** One connection: all that this adapter needs of a driver, so that another can take its place. */
export interface Database {
  all<Row>(sql: string, ...values: readonly Value[]): readonly Row[];
  get<Row>(sql: string, ...values: readonly Value[]): Row | undefined;
  /** Gives the row id of the last row inserted. */
  run(sql: string, ...values: readonly Value[]): number;
  /** Statements without values. */
  exec(sql: string): void;
  /**
   * Runs the work in a transaction that no other writer can come between; what it throws undoes all of it.
   * @throws StoreUnavailableError when the database is closed, locked, full or unreadable.
   */
  write<T>(work: () => T): T;
  /** Runs the work on one snapshot. Throws as `write` does. */
  read<T>(work: () => T): T;
  close(): void;
}

/** @throws StoreUnavailableError when the file cannot be opened. */
export function connect(path: string): Database {
  const driver = opened(path);
  const statements = new Map<string, Driver.Statement>();

  function prepared(sql: string): Driver.Statement {
    const known = statements.get(sql);
    if (known !== undefined) return known;
    const statement = driver.prepare(sql);
    statements.set(sql, statement);
    return statement;
  }

  function transaction<T>(begin: string, work: () => T): T {
    if (!driver.open) throw new StoreUnavailableError('The store is closed.');
    try {
      driver.exec(begin);
      const result = work();
      driver.exec('COMMIT');
      return result;
    } catch (error) {
      // A full disk or an I/O error may have ended the transaction already; rolling back again would hide the reason.
      if (driver.inTransaction) driver.exec('ROLLBACK');
      throw storeErrorOf(error);
    }
  }

  return {
    all: <Row>(sql: string, ...values: readonly Value[]) => prepared(sql).all(...values) as readonly Row[],
    get: <Row>(sql: string, ...values: readonly Value[]) => prepared(sql).get(...values) as Row | undefined,
    run: (sql, ...values) => Number(prepared(sql).run(...values).lastInsertRowid),
    exec: (sql) => void driver.exec(sql),
    write: (work) => transaction('BEGIN IMMEDIATE', work),
    read: (work) => transaction('BEGIN', work),
    close: () => {
      statements.clear();
      if (driver.open) driver.close();
    },
  };
}

function opened(path: string): Driver.Database {
  try {
    return new Driver(path);
  } catch (cause) {
    // The driver gives no code here, but there is only one thing that it was asked to do.
    throw new StoreUnavailableError(`The database ${path} cannot be opened.`, {}, { cause });
  }
}
