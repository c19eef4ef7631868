import { afterEach, beforeEach, expect, it } from 'vitest';
import { LIMITS } from '../../src/core/limits.ts';
import { Reading } from '../../src/core/reading.ts';
import { Rewriting } from '../../src/core/rewriting.ts';
import { RunResults } from '../../src/core/run-results.ts';
import type { SessionStore } from '../../src/core/store.ts';
import { sha256 } from '../cli/import-setup.ts';
import { openSqlite, type SqliteUnderTest } from '../contract/store-on-sqlite.ts';
import { append, itemsOf, sessionNow } from '../contract/store-under-test.ts';
import { newSession, says, textsOf, upTo } from '../support/samples.ts';

let subject: SqliteUnderTest;
beforeEach(async () => {
  subject = openSqlite(':memory:');
  await subject.store.create(newSession({ maxItems: 6 }));
  await append(subject.store, 's', ...upTo(6).map((n) => says(`${n}`)));
});
afterEach(() => subject.close());

const limits = { ...LIMITS, itemsPerPage: 2 };
const service = { kind: 'SERVICE', userId: null } as const;

/** A store in which all that a first page has shown is trimmed before the second is asked for. */
function trimmedBetweenPages(): SessionStore {
  let pages = 0;
  return {
    ...subject.store,
    async page(...args) {
      if (++pages === 2) for (const n of upTo(6)) await append(subject.store, 's', says(`new ${n}`));
      return subject.store.page(...args);
    },
  };
}

it('gives agents what was read before the rest was trimmed', async () => {
  const reading = new Reading({ store: trimmedBetweenPages(), limits });
  const inputs = await reading.agentInputs(await sessionNow(subject.store), {});
  expect(inputs.map(({ content }) => content)).toEqual(['4', '5']);
});

it('replaces nothing on the word of a history that was trimmed meanwhile', async () => {
  const rewriting = new Rewriting({ store: trimmedBetweenPages(), limits, digest: sha256 });
  const expectedSuffix = upTo(6).map((n) => ({ type: 'message', role: 'user', content: `${n}` }));
  const input = { sessionId: 's', expectedSuffix, replacement: [] };
  await expect(rewriting.replaceSuffix(service, input)).rejects.toMatchObject({ code: 'CONFLICT' });
  expect(textsOf(await itemsOf(subject.store))).toEqual(upTo(6).map((n) => `new ${n}`));
});

it('stores the result of a run once more read, when what it repeats was trimmed meanwhile', async () => {
  const results = new RunResults({ store: trimmedBetweenPages(), limits, digest: sha256 });
  const texts = [...upTo(6).map(String), ...upTo(6).map((n) => `new ${n}`), 'last'];
  const items = texts.map((content) => ({ type: 'message', role: 'user', content }));
  const stored = await results.add(service, { sessionId: 's', items });
  expect([stored.skipped, textsOf(stored.entries)]).toEqual([12, ['last']]);
});
