import Driver from 'libsql';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  openSqlite,
  temporaryFolder,
  type SqliteUnderTest,
  type TemporaryFolder,
} from '../contract/store-on-sqlite.ts';
import { append, draftsNow, logOf, sessionNow } from '../contract/store-under-test.ts';
import { draftText, newDraft, newSession, says, upTo } from '../support/samples.ts';

const MINUTE_MS = 60_000;

let folder: TemporaryFolder;
let subject: SqliteUnderTest;
beforeEach(async () => {
  folder = await temporaryFolder();
  subject = openSqlite(folder.file('sessions.db'));
  await subject.store.create(newSession());
});
afterEach(async () => {
  await subject.close();
  await folder.remove();
});

/** Runs while another process holds the file for writing. */
async function whileHeld(work: () => Promise<void>): Promise<void> {
  const other = new Driver(folder.file('sessions.db'));
  other.exec('BEGIN IMMEDIATE');
  await work();
  other.exec('ROLLBACK');
  other.close();
}

describe('the drafts of a SQLite store', () => {
  it('are abandoned after a minute, to the millisecond, when nothing else is said', async () => {
    const { store } = subject;
    await store.startDraft(newDraft());
    await subject.elapse(MINUTE_MS - 1);
    await store.appendToDraft(draftText('Hello'));
    await subject.elapse(MINUTE_MS - 1);
    expect((await draftsNow(store)).open).toHaveLength(1);
    await subject.elapse(1);
    expect((await draftsNow(store)).open).toEqual([]);
    expect(await sessionNow(store)).toMatchObject({ itemCount: 1 });
  });

  it('make no read a write as long as none is abandoned', async () => {
    const { store } = subject;
    await store.startDraft(newDraft());
    await subject.elapse(MINUTE_MS / 2);
    await store.startDraft(newDraft({ id: 'e' }));
    await store.appendToDraft(draftText('Hello'));
    await subject.elapse(MINUTE_MS - 1);
    await whileHeld(async () => {
      expect(await sessionNow(store)).toMatchObject({ itemCount: 0 });
      expect((await draftsNow(store)).open).toHaveLength(2);
      expect(await store.ends(['s'])).toHaveLength(1);
    });
    await subject.elapse(1);
    await whileHeld(async () => {
      await expect(store.get('s')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    });
    expect(await sessionNow(store)).toMatchObject({ itemCount: 1 });
  });

  it('are not abandoned early, nor for ever, when the clock is set back', async () => {
    const { store } = subject;
    await subject.elapse(10 * MINUTE_MS);
    await append(store, 's', says('one'));
    await subject.elapse(-10 * MINUTE_MS);
    await store.startDraft(newDraft());
    await store.appendToDraft(draftText('Hello'));
    await subject.elapse(MINUTE_MS - 1);
    expect((await draftsNow(store)).open).toHaveLength(1);
    await subject.elapse(1);
    expect((await draftsNow(store)).open).toEqual([]);
    const times = (await logOf(store)).map((entry) => entry.at);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  it('are compared only where a text lies, however many pieces there are', async () => {
    const { store } = subject;
    await store.startDraft(newDraft());
    for (const n of upTo(200)) await store.appendToDraft(draftText('0123456789', { offset: 10 * n }));
    await store.appendToDraft(draftText('x', { channel: 'REASONING' }));
    for (const offset of [0, 5, 10, 995, 1000, 1989, 1990]) {
      const there = '0123456789'.repeat(3).slice(offset % 10, (offset % 10) + Math.min(15, 2000 - offset));
      await store.appendToDraft(draftText(there, { offset }));
      const wrong = `${there.slice(0, -1)}x`;
      await expect(store.appendToDraft(draftText(wrong, { offset }))).rejects.toMatchObject({
        details: { current: 2000 },
      });
    }
    expect((await draftsNow(store)).open).toMatchObject([{ text: '0123456789'.repeat(200) }]);
  });
});
