import { readFileSync, writeFileSync } from 'node:fs';
import Driver from 'libsql';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StoreUnavailableError } from '../../src/core/errors.ts';
import { toolOf } from '../../src/adapters/sqlite/calls.ts';
import { openDatabase } from '../../src/adapters/sqlite/open.ts';
import { openSqlite, temporaryFolder, type TemporaryFolder } from '../contract/store-on-sqlite.ts';
import { append, itemsOf, sessionNow } from '../contract/store-under-test.ts';
import { agentStep, answers, draftText, newDraft, newSession, says, textsOf } from '../support/samples.ts';

let folder: TemporaryFolder;
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => folder.remove());

describe('opening a SQLite store', () => {
  it('makes the folders on the way to the file', async () => {
    const { store, close } = openSqlite(folder.file('a/b/sessions.db'));
    await expect(store.check()).resolves.toBeUndefined();
    await close();
  });

  it('shows the sessions of the last time', async () => {
    const first = openSqlite(folder.file('sessions.db'));
    await first.store.create(newSession({ title: 'Plans' }));
    const entries = await append(first.store, 's', says('one'), agentStep('guide'), answers('two'));
    const session = await sessionNow(first.store);
    await first.close();
    const second = openSqlite(folder.file('sessions.db'), { clock: first.clock });
    expect(await second.store.get('s')).toEqual(session);
    expect(await itemsOf(second.store)).toEqual(entries);
    await second.close();
  });

  it('never gives a place twice, whatever was deleted before it was closed', async () => {
    const first = openSqlite(folder.file('sessions.db'));
    const before = await first.store.create(newSession());
    await first.store.delete({ sessionId: 's' });
    await first.close();
    const second = openSqlite(folder.file('sessions.db'), { clock: first.clock });
    const after = await second.store.create(newSession());
    expect(Number.parseInt(after.born, 10)).toBeGreaterThan(Number.parseInt(before.born, 10));
    expect(await second.store.read('s', before.end, 1)).toMatchObject({ state: 'expired' });
    await second.close();
  });

  it('writes through to the disk with every commit', () => {
    const db = openDatabase(folder.file('sessions.db'));
    expect(db.get('PRAGMA journal_mode')).toMatchObject({ journal_mode: 'wal' });
    expect(db.get('PRAGMA synchronous')).toMatchObject({ synchronous: 2 });
    db.close();
  });

  it('brings a file of the first version up to date, with the calls that it holds', () => {
    const first = new URL('../../src/adapters/sqlite/migrations/001-log.sql', import.meta.url);
    const driver = new Driver(folder.file('sessions.db'));
    driver.exec(readFileSync(first, 'utf8'));
    driver.exec('PRAGMA user_version = 1');
    driver.exec(`INSERT INTO calls (session, call, tool) VALUES (1, '"c"', '"search"')`);
    driver.close();
    const db = openDatabase(folder.file('sessions.db'));
    expect(toolOf(db, 1, 'c')).toBe('search');
    expect(db.get('PRAGMA user_version')).toMatchObject({ user_version: 4 });
    db.close();
  });

  it('brings the sessions and entries of a file up to date that was made before there were drafts', async () => {
    const driver = new Driver(folder.file('sessions.db'));
    for (const name of ['001-log', '002-call-places']) {
      const migration = new URL(`../../src/adapters/sqlite/migrations/${name}.sql`, import.meta.url);
      driver.exec(readFileSync(migration, 'utf8'));
    }
    driver.exec('PRAGMA user_version = 2');
    driver.exec(`INSERT INTO sessions VALUES
      (1, 's', '"ada"', NULL, '{}', NULL, '[]', 1, 1, 5, 7, NULL, NULL, '1.MMMMMMM0', '2.MMMMMMM1', '2.MMMMMMM1')`);
    driver.exec(`INSERT INTO entries VALUES
      (1, 1, 'MMMMMMM0', NULL, 'created', 5, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
      (2, 1, 'MMMMMMM1', '1.MMMMMMM0', 'item', 7, NULL, 'AGENTS_JS', 'USER', NULL, 0, 'COMPLETED', NULL, NULL, '{}',
       '{"content":"one"}')`);
    driver.close();
    const { store, close } = openSqlite(folder.file('sessions.db'));
    expect(await store.drafts('s')).toEqual({ revision: '', open: [] });
    const items = await itemsOf(store);
    expect(textsOf(items)).toEqual(['one']);
    for (const entry of items) expect('finishesDraft' in entry).toBe(false);
    await store.startDraft(newDraft());
    await store.append({ sessionId: 's', steps: [answers('two')], draft: { id: 'd', step: 0 } });
    expect((await itemsOf(store)).map((entry) => entry.finishesDraft)).toEqual([undefined, 'd']);
    await close();
  });

  it('shows the drafts of the last time, and takes those for abandoned that have waited since', async () => {
    const first = openSqlite(folder.file('sessions.db'));
    await first.store.create(newSession());
    await first.store.startDraft(newDraft({ agent: 'guide' }));
    await first.store.appendToDraft(draftText('Hello'));
    const drafts = await first.store.drafts('s');
    await first.close();
    const second = openSqlite(folder.file('sessions.db'), { clock: first.clock });
    expect(await second.store.drafts('s')).toEqual(drafts);
    await second.close();
    await first.elapse(60_000);
    const third = openSqlite(folder.file('sessions.db'), { clock: first.clock });
    expect(await sessionNow(third.store)).toMatchObject({ itemCount: 2, currentAgent: 'guide' });
    expect(textsOf(await itemsOf(third.store))).toEqual(['null > guide', 'Hello']);
    await third.close();
  });

  it('refuses a file that a newer version has written, and leaves it as it is', () => {
    const path = folder.file('sessions.db');
    openDatabase(path).close();
    const driver = new Driver(path);
    driver.exec('PRAGMA user_version = 999');
    expect(() => openDatabase(path)).toThrow(StoreUnavailableError);
    expect(driver.prepare('PRAGMA user_version').get()).toMatchObject({ user_version: 999 });
    driver.close();
  });

  it('refuses what is no file, or lies where no folder can be', () => {
    expect(() => openDatabase(folder.file('.'))).toThrow(StoreUnavailableError);
    writeFileSync(folder.file('file'), '');
    expect(() => openDatabase(folder.file('file/sessions.db'))).toThrow(StoreUnavailableError);
  });
});

describe('a SQLite store that cannot write', () => {
  it('is unavailable while another process holds the file, and goes on afterwards', async () => {
    const { store, close } = openSqlite(folder.file('sessions.db'));
    await store.create(newSession());
    const other = new Driver(folder.file('sessions.db'));
    other.exec('BEGIN IMMEDIATE');
    const refused = { code: 'STORE_UNAVAILABLE', cause: { code: 'SQLITE_BUSY' } };
    await expect(append(store, 's', says('one'))).rejects.toMatchObject(refused);
    await expect(store.check()).rejects.toMatchObject(refused);
    expect(await itemsOf(store)).toEqual([]);
    other.exec('ROLLBACK');
    other.close();
    expect(await append(store, 's', says('two'))).toHaveLength(1);
    await close();
  });

  it('is unavailable when the disk is full, with nothing written', () => {
    const db = openDatabase(folder.file('sessions.db'));
    const pages = db.get<{ page_count: number }>('PRAGMA page_count')?.page_count ?? 0;
    db.exec(`PRAGMA max_page_count = ${pages + 2}`);
    const fill = (): void => {
      for (let n = 0; n < 100; n++) {
        db.run(
          'INSERT INTO calls (session, call, place, tool) VALUES (1, ?, 1, ?)',
          `${n}`,
          'x'.repeat(4096),
        );
      }
    };
    expect(() => db.write(fill)).toThrow(StoreUnavailableError);
    expect(db.all('SELECT * FROM calls')).toEqual([]);
    db.exec(`PRAGMA max_page_count = ${pages + 1000}`);
    expect(() => db.write(fill)).not.toThrow();
    db.close();
  });

  it('is unavailable once closed, and may be closed again', async () => {
    const { store } = openSqlite(':memory:');
    await store.create(newSession());
    await store.close();
    await store.close();
    await expect(store.get('s')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    await expect(append(store, 's', says('one'))).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    await expect(store.check()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  });

  it('passes a fault of the program on as it is', () => {
    const db = openDatabase(':memory:');
    const fault = () => db.write(() => db.run('INSERT INTO probe (id, at) VALUES (2, 0)'));
    expect(fault).toThrow(expect.objectContaining({ code: 'SQLITE_CONSTRAINT_CHECK' }));
    db.close();
  });
});
