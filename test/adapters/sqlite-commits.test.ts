import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Context } from '../../src/adapters/sqlite/change.ts';
import { createCommitGroup } from '../../src/adapters/sqlite/commit-group.ts';
import { connect, type Database } from '../../src/adapters/sqlite/database.ts';
import { openDatabase } from '../../src/adapters/sqlite/open.ts';
import { ConflictError, StoreUnavailableError } from '../../src/core/errors.ts';
import {
  handClock,
  marks,
  openSqlite,
  temporaryFolder,
  type TemporaryFolder,
} from '../contract/store-on-sqlite.ts';
import { itemsOf } from '../contract/store-under-test.ts';
import { newSession, says, textsOf } from '../support/samples.ts';

let folder: TemporaryFolder;
let path: string;
beforeEach(async () => {
  folder = await temporaryFolder();
  path = folder.file('sessions.db');
});
afterEach(() => folder.remove());

/** A database whose commits are counted, with a table of numbers, and what was announced. */
function counted() {
  const db = connect(path);
  db.exec('CREATE TABLE numbers (number INTEGER)');
  const told: string[] = [];
  let commits = 0;
  let refused: Error | undefined;
  const counting: Database = {
    ...db,
    write: (work) => {
      if (!db.inTransaction()) commits++;
      return db.write(() => {
        const result = work();
        if (refused !== undefined) throw refused;
        return result;
      });
    },
  };
  const context: Context = {
    db: counting,
    clock: handClock(),
    newMark: marks(),
    announce: (sessionId) => void told.push(sessionId),
    announceList: () => {},
    draftIdleMs: 60_000,
  };
  return {
    db,
    told,
    group: createCommitGroup(context),
    commits: () => commits,
    /** The next commits fail with this. */
    refuse: (error: Error | undefined) => void (refused = error),
  };
}

const insert =
  (number: number, fail?: Error) =>
  ({ db, announce }: Context): number => {
    db.write(() => db.run('INSERT INTO numbers (number) VALUES (?)', number));
    announce(`${number}`, 'look');
    if (fail !== undefined) throw fail;
    return number;
  };
const numbersIn = (db: Database): readonly number[] =>
  db.all<{ number: number }>('SELECT number FROM numbers ORDER BY rowid').map(({ number }) => number);
const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

describe('writes of one turn', () => {
  it('share a commit, happen in the order of the calls, and are told of after it', async () => {
    const { db, told, group, commits } = counted();
    const writes = upTo(20).map((number) => group.write(insert(number)));
    expect([commits(), told]).toEqual([0, []]);
    expect(await Promise.all(writes)).toEqual(upTo(20));
    expect(commits()).toBe(1);
    expect(numbersIn(db)).toEqual(upTo(20));
    expect(told).toEqual(upTo(20).map(String));
    db.close();
  });

  it('leave the process a breath when there are many', async () => {
    const { db, group, commits } = counted();
    const writes = upTo(200).map((number) => group.write(insert(number)));
    let turns = 0;
    const turn = (): void => {
      turns++;
      if (commits() < 4) setImmediate(turn);
    };
    setImmediate(turn);
    await Promise.all(writes);
    expect(commits()).toBe(4);
    expect(turns).toBeGreaterThanOrEqual(4);
    expect(numbersIn(db)).toEqual(upTo(200));
    db.close();
  });

  it('are undone alone when they are refused', async () => {
    const { db, told, group, commits } = counted();
    const refused = new ConflictError('Not that one.');
    const inner = ({ db: within }: Context): void => {
      expect(() =>
        within.write(() => {
          within.run('INSERT INTO numbers (number) VALUES (7)');
          throw refused;
        }),
      ).toThrow(refused);
      within.write(() => within.run('INSERT INTO numbers (number) VALUES (8)'));
    };
    const within =
      (number: number) =>
      ({ db: open }: Context): never =>
        open.write(() => {
          open.run('INSERT INTO numbers (number) VALUES (?)', number);
          throw refused;
        });
    const outcomes = await Promise.allSettled([
      group.write(insert(1)),
      group.write(within(2)),
      group.write(inner),
      group.write(insert(3)),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
    expect(outcomes[1]).toMatchObject({ reason: refused });
    expect(commits()).toBe(1);
    expect(numbersIn(db)).toEqual([1, 8, 3]);
    expect(told).toEqual(['1', '3']);
    db.close();
  });

  it('are none of them there, nor told of, when the commit fails; later ones are', async () => {
    const { db, told, group, refuse } = counted();
    const broken = new StoreUnavailableError('The disk is gone.');
    refuse(broken);
    const outcomes = await Promise.allSettled(upTo(3).map((number) => group.write(insert(number))));
    expect(outcomes.map((outcome) => outcome.status === 'rejected' && outcome.reason)).toEqual([
      broken,
      broken,
      broken,
    ]);
    expect([numbersIn(db), told]).toEqual([[], []]);
    refuse(undefined);
    expect(await group.write(insert(4))).toBe(4);
    expect([numbersIn(db), told]).toEqual([[4], ['4']]);
    db.close();
  });

  it('are refused together when the database ends their transaction', async () => {
    const { db, told, group } = counted();
    const ends = ({ db: within }: Context): never => {
      within.exec('ROLLBACK');
      throw new StoreUnavailableError('The disk is full.');
    };
    const outcomes = await Promise.allSettled([
      group.write(insert(1)),
      group.write(ends),
      group.write(insert(2)),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect([numbersIn(db), told]).toEqual([[], []]);
    expect(await group.write(insert(3))).toBe(3);
    expect(numbersIn(db)).toEqual([3]);
    db.close();
  });
});

it('a full disk has what was acknowledged, and nothing else', async () => {
  const { db, group } = counted();
  const { page_count: pages = 0 } = db.get<{ page_count: number }>('PRAGMA page_count') ?? {};
  db.exec(`PRAGMA max_page_count = ${pages + 4}`);
  const large = ({ db: within }: Context): number =>
    within.write(() => within.run("INSERT INTO numbers (number) VALUES ('x' || hex(zeroblob(100000)))"));
  const outcomes = await Promise.allSettled([
    group.write(insert(1)),
    group.write(large),
    group.write(insert(2)),
  ]);
  const there = [1, 2].filter((_, index) => outcomes[index * 2]?.status === 'fulfilled');
  expect(outcomes[1]).toMatchObject({ status: 'rejected', reason: expect.any(StoreUnavailableError) });
  expect(numbersIn(db)).toEqual(there);
  db.exec(`PRAGMA max_page_count = ${pages + 1000}`);
  expect(await group.write(insert(3))).toBe(3);
  expect(numbersIn(db)).toEqual([...there, 3]);
  db.close();
});

describe('a store', () => {
  it('tells of a write when everybody can read it', async () => {
    const { store, heard, close } = openSqlite(path);
    await store.create(newSession());
    const bells = await heard('s');
    const writes = ['one', 'two', 'three'].map((text) =>
      store.append({ sessionId: 's', steps: [says(text)] }),
    );
    const reader = openDatabase(path);
    const count = (): unknown => reader.get("SELECT count(*) AS count FROM entries WHERE kind = 'item'");
    expect(bells).toEqual([]);
    await Promise.all(writes);
    expect(bells).toHaveLength(3);
    expect(count()).toMatchObject({ count: 3 });
    reader.close();
    await close();
  });

  it('keeps what was begun before it is closed', async () => {
    const first = openSqlite(path);
    await first.store.create(newSession());
    const writes = ['one', 'two'].map((text) => first.store.append({ sessionId: 's', steps: [says(text)] }));
    await first.store.close();
    await Promise.all(writes);
    const second = openSqlite(path, { clock: first.clock });
    expect(textsOf(await itemsOf(second.store))).toEqual(['one', 'two']);
    await second.close();
    await first.close();
  });
});
