import { readFile, stat, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newItems } from '../../src/core/agents/new-item.ts';
import { LIMITS } from '../../src/core/limits.ts';
import type { SessionStore } from '../../src/core/store.ts';
import { redisOfFile } from '../adapters/redis-setup.ts';
import {
  handClock,
  openSqlite,
  temporaryFolder,
  type SqliteUnderTest,
  type TemporaryFolder,
} from '../contract/store-on-sqlite.ts';
import { append, fork, itemsOf, sessionNow } from '../contract/store-under-test.ts';
import {
  agentStep,
  answers,
  callItem,
  draftText,
  itemStep,
  newDraft,
  newSession,
  resultItem,
  says,
  upTo,
} from '../support/samples.ts';
import { exportFrom, linesOf, restoreInto } from './export-setup.ts';

const redis = redisOfFile();
let folder: TemporaryFolder;
let sqlite: SqliteUnderTest;
beforeEach(async () => {
  folder = await temporaryFolder();
  sqlite = openSqlite(folder.file('sessions.db'), { clock: handClock(Date.UTC(2025, 0, 1)) });
});
afterEach(async () => {
  await sqlite.close();
  await folder.remove();
});

/** Keys that JavaScript moves, signs that break lines, numbers at the edge, a text that would end a string. */
const ODD = {
  type: 'message',
  role: 'user',
  content: 'a\u2028b\u2029c\r\nd\u0000"\\ 🙂',
  10: 1,
  a: [{ n: 1e300, m: -0.1, deep: { '': null } }],
};

/** Sessions of ada with everything that an item can be, and one of bob. */
async function fill(store: SessionStore): Promise<void> {
  const kept = { title: 'A "title"\n', metadata: { plan: [1, { a: null }] }, expiresAfter: 86_400 };
  await store.create(newSession({ id: 'rich', ...kept }));
  await append(store, 'rich', says('one'), agentStep('guide'), answers('two'));
  const steps = newItems([ODD], { dialect: 'RESPONSES', agent: 'x', metadata: '{"m":{}}' }, LIMITS).map(
    itemStep,
  );
  await append(store, 'rich', ...steps, itemStep(callItem('c', 'search')), itemStep(resultItem('c')));
  await append(store, 'rich', agentStep('other'));
  await store.startDraft(newDraft({}, { sessionId: 'rich' }));
  await store.appendToDraft(draftText('being written', { sessionId: 'rich' }));
  await store.create(newSession({ id: 'trimmed', maxItems: 3 }));
  for (const n of upTo(6)) await append(store, 'trimmed', agentStep(`a${n % 2}`), answers(`${n}`));
  await fork(store, { sourceId: 'rich', newId: 'forked' });
  await store.create(newSession({ id: 'empty' }));
  await store.create(newSession({ id: 'of-bob', userId: 'bob' }));
}

async function exported(store: SessionStore, name: string): Promise<string> {
  const file = folder.file(name);
  const ran = await exportFrom(store, { user: 'ada' }, file);
  expect(ran).toEqual({ code: 0, out: '', told: '' });
  return file;
}

describe('an export', () => {
  it('is JSON Lines: a header, each session with its items in order, and an end', async () => {
    const { store } = sqlite;
    await store.create(newSession({ title: 'Plans' }));
    await append(store, 's', says('one'), agentStep('guide'), answers('two'));
    const { code, out } = await exportFrom(store, { session: 's' });
    const { raw: _, ...session } = { raw: 0, ...linesOf(out)[1].session };
    expect(code).toBe(0);
    expect(linesOf(out)).toMatchObject([
      { format: 'agent-sessions', version: 1, exportedAt: '2030-01-01T00:00:00.000Z' },
      { session: { id: 's', userId: 'ada', title: 'Plans', itemCount: 3, agentsUsed: ['guide'] } },
      { item: { raw: { content: 'one' }, agent: null, handoff: false, createdAt: session.updatedAt } },
      { item: { raw: { type: 'handoff', from: null, to: 'guide' }, handoff: true } },
      { item: { raw: { content: 'two' }, agent: 'guide', status: 'COMPLETED', dialect: 'AGENTS_JS' } },
      { end: { items: 3 } },
      { end: { sessions: 1 } },
    ]);
  });

  it('holds all sessions of a user and none of another, the least recently active first', async () => {
    await fill(sqlite.store);
    const lines = linesOf(await readFile(await exported(sqlite.store, 'ada.jsonl'), 'utf8'));
    const ids = lines.flatMap(({ session }) => (session === undefined ? [] : [session.id]));
    expect(new Set(ids)).toEqual(new Set(['empty', 'forked', 'rich', 'trimmed']));
    expect(ids).toHaveLength(4);
    expect(lines.at(-1)).toEqual({ end: { sessions: 4 } });
  });

  it('makes a file for its owner alone, and writes over none', async () => {
    await fill(sqlite.store);
    const file = await exported(sqlite.store, 'ada.jsonl');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const before = await readFile(file, 'utf8');
    const again = await exportFrom(sqlite.store, { user: 'ada' }, file);
    expect([again.code, again.told]).toEqual([1, expect.stringMatching(/^The export broke off: EEXIST/)]);
    expect(await readFile(file, 'utf8')).toBe(before);
  });

  it('leaves no file that is not whole', async () => {
    await fill(sqlite.store);
    const failing = {
      ...sqlite.store,
      read: async () => Promise.reject(Object.assign(new Error('down'), { code: 'X' })),
    };
    const file = folder.file('ada.jsonl');
    expect(await exportFrom(failing, { user: 'ada' }, file)).toMatchObject({ code: 1 });
    await expect(stat(file)).rejects.toThrow('ENOENT');
    expect(await exportFrom(sqlite.store, { session: 'none' }, file)).toMatchObject({ code: 1 });
    await expect(stat(file)).rejects.toThrow('ENOENT');
  });

  it('tells a session again that lost items while it was read', async () => {
    const { store } = sqlite;
    await store.create(newSession({ maxItems: 600 }));
    await append(store, 's', ...upTo(600).map((n) => says(`${n}`)));
    let reads = 0;
    const busy: SessionStore = {
      ...store,
      read: async (...args) => {
        if (++reads === 2) await append(store, 's', ...upTo(600).map((n) => says(`new ${n}`)));
        return store.read(...args);
      },
    };
    const { code, out } = await exportFrom(busy, { session: 's' });
    expect(code).toBe(0);
    expect(linesOf(out).filter(({ session }) => session !== undefined)).toHaveLength(2);
    await writeFile(folder.file('s.jsonl'), out);
    await store.delete({ sessionId: 's' });
    expect(await restoreInto(store, folder.file('s.jsonl'))).toMatchObject({ code: 0 });
    const items = await itemsOf(store);
    expect([items.length, items[0]?.item.raw]).toEqual([600, expect.stringContaining('new 0')]);
  });
});

describe('an import of an export', () => {
  const stores = {
    'SQLite to SQLite': () => [sqlite.store, memory()] as const,
    'SQLite to Redis': () => [sqlite.store, redis.opened.store] as const,
    'Redis to SQLite': () => [redis.opened.store, sqlite.store] as const,
  };
  const opened: SqliteUnderTest[] = [];
  function memory(): SessionStore {
    const other = openSqlite(':memory:');
    opened.push(other);
    return other.store;
  }
  afterEach(async () => {
    for (const other of opened.splice(0)) await other.close();
  });

  for (const [way, of] of Object.entries(stores)) {
    it(`makes equal sessions from ${way}, and back`, async () => {
      const [source, target] = of();
      await fill(source);
      const file = await exported(source, 'first.jsonl');
      const { code, out } = await restoreInto(target, file);
      expect([code, out]).toEqual([0, 'Written: 4 sessions with 17 items.\nThere already: 0 sessions.\n']);
      const again = await exported(target, 'second.jsonl');
      expect(linesOf(await readFile(again, 'utf8'))).toEqual(linesOf(await readFile(file, 'utf8')));
      for (const id of ['rich', 'trimmed', 'forked', 'empty']) {
        const [{ items, session }, before] = [await seen(target, id), await seen(source, id)];
        expect(items).toEqual(before.items);
        expect(session).toEqual(before.session);
      }
      for (const id of ['rich', 'trimmed', 'forked', 'empty']) await source.delete({ sessionId: id });
      expect(await restoreInto(source, again)).toMatchObject({ code: 0 });
      const third = await readFile(await exported(source, 'third.jsonl'), 'utf8');
      expect(linesOf(third)).toEqual(linesOf(await readFile(file, 'utf8')));
    });
  }

  it('from Redis to Redis makes equal sessions, in the same order of activity', async () => {
    const { store } = redis.opened;
    await fill(store);
    const file = await exported(store, 'first.jsonl');
    await redis.redis.cli('FLUSHALL');
    expect(await restoreInto(store, file)).toMatchObject({ code: 0 });
    const again = await readFile(await exported(store, 'second.jsonl'), 'utf8');
    expect(linesOf(again)).toEqual(linesOf(await readFile(file, 'utf8')));
  });

  it('can be run again, and leaves what is there', async () => {
    await fill(sqlite.store);
    const file = await exported(sqlite.store, 'ada.jsonl');
    await sqlite.store.delete({ sessionId: 'rich' });
    await append(sqlite.store, 'empty', says('changed since'));
    await sqlite.store.delete({ sessionId: 'forked' });
    await sqlite.store.create(newSession({ id: 'forked', userId: 'bob' }));
    const dry = await restoreInto(sqlite.store, file, true);
    const real = await restoreInto(sqlite.store, file);
    expect(dry.out).toBe(`A dry run: nothing was written. An import would do this:\n${real.out}`);
    expect(real.out).toMatch(/^Written: 1 session with 7 items\.\nThere already: 1 session\.\n/);
    expect(real.out).toMatch(/Left out, because there is another session of that id: 2: (empty|forked)/);
    expect(await sessionNow(sqlite.store, 'forked')).toMatchObject({ userId: 'bob' });
    expect(await sessionNow(sqlite.store, 'empty')).toMatchObject({ itemCount: 1 });
  });

  it.each([
    ['', 'Line 1: the export ends here, and is not whole'],
    ['{"a":1}\n', 'Line 1: This is no export of agent-sessions.'],
    ['{"format":"agent-sessions","version":2}\n', 'Line 1: This export has the version 2; known is 1.'],
    ['HEADER\n{"item":{}}\n', 'Line 2: '],
    ['HEADER\nnonsense\n', 'Line 2: it is no JSON'],
    ['HEADER\nSESSION\n', 'Line 3: the export ends here, and is not whole'],
    ['HEADER\nSESSION\n{"end":{"items":1}}\n', 'Line 3: it counts 1 items, and there are 0'],
    ['HEADER\nSESSION\n{"end":{"items":0}}\n', 'Line 4: the export ends here, and is not whole'],
    ['HEADER\nSESSION\n{"end":{"sessions":1}}\n', 'Line 3: it counts 1 sessions, and there are 0'],
    ['HEADER\nSESSION\n{"item":{"raw":{"type":"x","__proto__":1}}}\n', 'Line 3: '],
  ])('says which line is at fault: %j', async (text, problem) => {
    const header = '{"format":"agent-sessions","version":1,"exportedAt":"2030-01-01T00:00:00.000Z"}';
    await sqlite.store.create(newSession({ id: 'x' }));
    const session = linesOf((await exportFrom(sqlite.store, { session: 'x' })).out)[1];
    session.session.id = 'y';
    const file = folder.file('broken.jsonl');
    await writeFile(file, text.replace('HEADER', header).replace('SESSION', JSON.stringify(session)));
    const { code, told } = await restoreInto(sqlite.store, file);
    expect([code, told]).toEqual([1, expect.stringContaining(`The import broke off: ${problem}`)]);
    if (!text.includes('"items":0')) expect(await sqlite.store.get('y')).toBeNull();
  });

  it('says that there is no file', async () => {
    expect(await restoreInto(sqlite.store, folder.file('none'))).toMatchObject({ code: 1 });
  });
});

/** What a session is, but for what each store names in its own way, and for when it expires and what it has lost. */
async function seen(store: SessionStore, id: string) {
  const {
    born: _born,
    end: _end,
    expiresAt: _expiresAt,
    isTrimmed: _isTrimmed,
    ...session
  } = await sessionNow(store, id);
  const items = (await itemsOf(store, id)).map(({ at, item }) => ({ at, item }));
  return { session, items };
}
