import Driver from 'libsql';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  openSqlite,
  temporaryFolder,
  type SqliteUnderTest,
  type TemporaryFolder,
} from '../contract/store-on-sqlite.ts';
import { append } from '../contract/store-under-test.ts';
import {
  agentStep,
  callItem,
  draftText,
  itemStep,
  newDraft,
  newSession,
  once,
  says,
  upTo,
} from '../support/samples.ts';

const DAY_MS = 24 * 3_600_000;
const TABLES = ['sessions', 'entries', 'calls', 'drafts', 'draft_texts', 'operations', 'creations'] as const;

let folder: TemporaryFolder;
let subject: SqliteUnderTest;
let driver: Driver.Database;
beforeEach(async () => {
  folder = await temporaryFolder();
  subject = openSqlite(folder.file('sessions.db'));
  driver = new Driver(folder.file('sessions.db'));
});
afterEach(async () => {
  driver.close();
  await subject.close();
  await folder.remove();
});

function rowsIn(table: (typeof TABLES)[number]): number {
  return driver.prepare(`SELECT * FROM ${table}`).all().length;
}

async function fill(id: string, expiresAfter: number | null = null): Promise<void> {
  await subject.store.create(newSession({ id, expiresAfter, once: once(id) }));
  const steps = [says('one'), agentStep('guide'), itemStep(callItem('c', 'search'))];
  await subject.store.append({ sessionId: id, steps, once: once('k') });
  await subject.store.startDraft(newDraft({ id: 'd' }, { sessionId: id }));
  await write(id, 'Hello', ', world');
}

/** Appends pieces to draft `d` of a session, which is empty. */
async function write(sessionId: string, ...pieces: readonly string[]): Promise<void> {
  let offset = 0;
  for (const piece of pieces) {
    await subject.store.appendToDraft(draftText(piece, { sessionId, offset }));
    offset += piece.length;
  }
}

describe('what a SQLite store keeps', () => {
  it('is nothing of a deleted session but the key of the deletion and that of the creation', async () => {
    await fill('s');
    await subject.store.delete({ sessionId: 's', once: once('d') });
    expect(TABLES.map(rowsIn)).toEqual([0, 0, 0, 0, 0, 1, 1]);
  });

  it('is one entry of a cleared session', async () => {
    await fill('s');
    await subject.store.clear({ sessionId: 's' });
    expect(TABLES.map(rowsIn).slice(0, 5)).toEqual([1, 1, 0, 0, 0]);
  });

  it('is nothing of a draft that was ended, or abandoned', async () => {
    await fill('s');
    expect([rowsIn('drafts'), rowsIn('draft_texts')]).toEqual([1, 2]);
    await subject.store.append({ sessionId: 's', steps: [], draft: { id: 'd' } });
    expect([rowsIn('drafts'), rowsIn('draft_texts')]).toEqual([0, 0]);
    await fill('t');
    await subject.elapse(60_000);
    await subject.store.get('t');
    expect([rowsIn('drafts'), rowsIn('draft_texts')]).toEqual([0, 0]);
  });

  it('is one row of each piece of a draft, and none of what was there already', async () => {
    await fill('s');
    await subject.store.appendToDraft(draftText('Hello, world'));
    expect(rowsIn('draft_texts')).toBe(2);
    await subject.store.appendToDraft(draftText('world!', { offset: 7 }));
    const [last] = driver.prepare('SELECT start, text FROM draft_texts ORDER BY start DESC').all();
    expect(last).toEqual({ start: 12, text: '"!"' });
  });

  it('is no key older than a day', async () => {
    await fill('s');
    await subject.elapse(DAY_MS);
    await subject.store.append({ sessionId: 's', steps: [says('anew')], once: once('k', 'other') });
    expect([rowsIn('operations'), rowsIn('creations')]).toEqual([1, 0]);
    const again = await subject.store.create(newSession({ id: 't', once: once('s', 'other') }));
    expect(again.id).toBe('t');
  });

  it('is a key until a day has passed', async () => {
    await fill('s');
    await subject.elapse(DAY_MS - 1);
    const late = subject.store.append({ sessionId: 's', steps: [says('anew')], once: once('k', 'other') });
    await expect(late).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('is nothing of expired sessions, once enough has been written elsewhere', async () => {
    for (const n of upTo(5)) await fill(`s${n}`, 60);
    await subject.store.create(newSession({ id: 'busy' }));
    await subject.elapse(60_000);
    for (const _ of upTo(5)) await subject.store.update({ sessionId: 'busy', title: 'Plans' });
    expect(TABLES.map(rowsIn).slice(0, 5)).toEqual([1, 6, 0, 0, 0]);
  });

  it('shrinks by a bounded part with each write when a long draft has expired', async () => {
    await fill('s', 60);
    await subject.store.startDraft(newDraft({ id: 'e' }));
    for (const offset of upTo(900))
      await subject.store.appendToDraft(draftText('x', { draftId: 'e', offset }));
    await subject.store.create(newSession({ id: 'busy' }));
    await subject.elapse(60_000);
    await subject.store.update({ sessionId: 'busy', title: 'Plans' });
    expect(rowsIn('draft_texts')).toBeGreaterThan(500);
    for (const _ of upTo(5)) await subject.store.update({ sessionId: 'busy', title: 'Plans' });
    expect(TABLES.map(rowsIn).slice(0, 5)).toEqual([1, 1 + 6, 0, 0, 0]);
  });

  it('shrinks by a bounded part with each write when a long session has expired', async () => {
    await subject.store.create(newSession({ expiresAfter: 60 }));
    await append(subject.store, 's', ...upTo(900).map((n) => says(`${n}`)));
    await subject.store.create(newSession({ id: 'busy' }));
    await subject.elapse(60_000);
    await subject.store.update({ sessionId: 'busy', title: 'Plans' });
    const left = rowsIn('entries');
    expect(left).toBeGreaterThan(500);
    expect(left).toBeLessThan(900);
    await subject.store.create(newSession());
    expect(await subject.store.get('s')).toMatchObject({ itemCount: 0 });
    expect(rowsIn('entries')).toBe(1 + 1 + 1);
  });

  it('keeps an expired session away that is half cleared, though the clock is set back', async () => {
    await subject.store.create(newSession({ expiresAfter: 60 }));
    await append(subject.store, 's', ...upTo(900).map((n) => says(`${n}`)));
    await subject.store.create(newSession({ id: 'busy' }));
    await subject.elapse(60_000);
    await subject.store.update({ sessionId: 'busy', title: 'Plans' });
    await subject.elapse(-60_000);
    expect(await subject.store.get('s')).toBeNull();
  });
});

describe('the times of a SQLite store', () => {
  it('never go back within a session, though the clock is set back', async () => {
    const created = await subject.store.create(newSession());
    await subject.elapse(-1000);
    const session = await subject.store.update({ sessionId: 's', title: 'Plans' });
    expect(session.updatedAt).toBe(created.updatedAt);
  });
});
