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
   * Runs the work in a transaction that no other writer can come between; what it throws undoes all of it. Within
   * another `write` it is a part of that transaction, which can be undone alone.
   * @throws StoreUnavailableError when the database is closed, locked, full or unreadable.
   */
  write<T>(work: () => T): T;
  /** Runs the work on one snapshot. Throws as `write` does. */
  read<T>(work: () => T): T;
  /** Whether a `write` or a `read` is under way. The database itself may have ended it, as when the disk is full. */
  inTransaction(): boolean;
  /** Leaves all in the one file, unless another process holds it. */
  close(): void;
}

/** How to begin something, and how to end it either way. */
interface Begin {
  readonly enter: string;
  readonly leave: string;
  readonly undo: string;
}

const WRITE: Begin = { enter: 'BEGIN IMMEDIATE', leave: 'COMMIT', undo: 'ROLLBACK' };
const READ: Begin = { ...WRITE, enter: 'BEGIN' };
/** Parts may hold parts: each name means the innermost. */
const PART: Begin = {
  enter: 'SAVEPOINT part',
  leave: 'RELEASE part',
  undo: 'ROLLBACK TO part; RELEASE part',
};

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

  function transaction<T>(begin: Begin, work: () => T): T {
    if (!driver.open) throw new StoreUnavailableError('The store is closed.');
    const { enter, leave, undo } = driver.inTransaction ? PART : begin;
    try {
      driver.exec(enter);
      const result = work();
      driver.exec(leave);
      return result;
    } catch (error) {
      // A full disk or an I/O error may have ended the transaction already; rolling back again would hide the reason.
      if (driver.inTransaction) driver.exec(undo);
      throw storeErrorOf(error);
    }
  }

  return {
    all: <Row>(sql: string, ...values: readonly Value[]) => prepared(sql).all(...values) as readonly Row[],
    get: <Row>(sql: string, ...values: readonly Value[]) => prepared(sql).get(...values) as Row | undefined,
    run: (sql, ...values) => Number(prepared(sql).run(...values).lastInsertRowid),
    exec: (sql) => void driver.exec(sql),
    write: (work) => transaction(WRITE, work),
    read: (work) => transaction(READ, work),
    inTransaction: () => driver.inTransaction,
    close: () => {
      statements.clear();
      if (!driver.open) return;
      gathered(driver);
      driver.close();
    },
  };
}

/**
 * Brings what is in the write-ahead log into the database. The driver really closes when its objects are collected as
 * garbage, which may never be: without this, whoever copies the file of a server that has ended copies less than it kept.
 */
function gathered(driver: Driver.Database): void {
  try {
    driver.exec('PRAGMA busy_timeout = 0');
    driver.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  } catch {
    // Nothing is lost: the next to open it finds the log.
  }
}

function opened(path: string): Driver.Database {
  try {
    return new Driver(path);
  } catch (cause) {
    // The driver gives no code here, but there is only one thing that it was asked to do.
    throw new StoreUnavailableError(`The database ${path} cannot be opened.`, {}, { cause });
  }
}
