import Driver from 'libsql';
import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMemoryRates } from '../../src/adapters/memory/rates.ts';
import { createRedisRates } from '../../src/adapters/redis/rates.ts';
import { runErase } from '../../src/cli/erase.ts';
import type { RateStore } from '../../src/core/rates.ts';
import type { SessionStore } from '../../src/core/store.ts';
import { manualClock } from '../support/manual-clock.ts';
import { redisOfFile } from '../adapters/redis-setup.ts';
import {
  openSqlite,
  temporaryFolder,
  type SqliteUnderTest,
  type TemporaryFolder,
} from '../contract/store-on-sqlite.ts';
import { append, at, sessionNow } from '../contract/store-under-test.ts';
import {
  answers,
  draftText,
  itemStep,
  messageItem,
  newDraft,
  newSession,
  once,
  says,
  upTo,
} from '../support/samples.ts';
import { sha256 } from './import-setup.ts';

/** Planted in everything that a user can write, and in the user's name and ids. */
const PLANTED = 'zanzibar';
const USER = `${PLANTED} <user@example.org>`;

/** Everything that a session leaves: what was popped, trimmed, cleared, drafted, deleted, and remembered. */
async function plant(store: SessionStore): Promise<void> {
  const planted = (id: string) =>
    newSession({ id: `${PLANTED}-${id}`, userId: USER, title: PLANTED, metadata: { [PLANTED]: 1 } });
  const long = `${PLANTED} ${'x'.repeat(20_000)} ${PLANTED}`;
  await store.create({ ...planted('kept'), once: once(PLANTED) });
  const metadata = JSON.stringify({ [PLANTED]: PLANTED });
  const item = messageItem('USER', long, { metadata, agent: PLANTED });
  const sessionId = `${PLANTED}-kept`;
  await store.append({
    sessionId,
    steps: [
      { kind: 'agent', name: PLANTED },
      { kind: 'item', item, remembered: true },
    ],
    once: once(PLANTED),
  });
  await append(store, sessionId, ...upTo(50).map((n) => says(`${PLANTED} ${n}`)));
  for (const _ of upTo(10)) await store.pop({ sessionId, once: once(`${PLANTED} ${_}`) });
  await store.startDraft(newDraft({ agent: PLANTED }, { sessionId, once: once('draft') }));
  await store.appendToDraft(draftText(long, { sessionId }));
  await store.startDraft(newDraft({ id: 'ended' }, { sessionId }));
  await store.appendToDraft(draftText(long, { sessionId, draftId: 'ended' }));
  await store.append({ sessionId, steps: [answers(long)], draft: { id: 'ended', step: 0 } });
  await store.create({ ...planted('trimmed'), maxItems: 3 });
  for (const n of upTo(10))
    await append(store, `${PLANTED}-trimmed`, itemStep(messageItem('ASSISTANT', `${PLANTED} ${n}`)));
  for (const id of ['cleared', 'deleted']) {
    await store.create(planted(id));
    await append(store, `${PLANTED}-${id}`, says(long));
  }
  await store.clear({ sessionId: `${PLANTED}-cleared` });
  await store.delete({ sessionId: `${PLANTED}-deleted`, owner: USER, once: once('gone') });
  await store.fork({ sourceId: sessionId, newId: `${PLANTED}-forked`, once: once('fork') });
}

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly told: string;
}

async function erase(store: SessionStore, rates: RateStore, receipt: string | null = null): Promise<Ran> {
  let [out, told] = ['', ''];
  const code = await runErase(
    { user: USER, receipt },
    {
      open: async () => ({
        ...{ store, rates, caller: `user ${encodeURIComponent(USER)}`, digest: sha256 },
        now: () => Date.UTC(2030, 0, 1),
        close: async () => {},
      }),
      write: (text) => (out += text),
      tell: (text) => (told += text),
    },
  );
  return { code, out, told };
}

const IDS = ['cleared', 'forked', 'kept', 'trimmed'].map((id) => `${PLANTED}-${id}`);

const RECEIPT = {
  receipt: 'agent-sessions erasure',
  version: 1,
  userId: USER,
  startedAt: '2030-01-01T00:00:00.000Z',
  finishedAt: '2030-01-01T00:00:00.000Z',
  complete: true,
  sessions: 4,
  items: 43 + 3 + 0 + 43,
  sessionsDigest: `sha256:${sha256(IDS.join('\n'))}`,
};

let folder: TemporaryFolder;
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => folder.remove());

describe('an erasure on SQLite', () => {
  const rates = createMemoryRates(manualClock());
  let sqlite: SqliteUnderTest;
  beforeEach(async () => {
    sqlite = openSqlite(folder.file('sessions.db'));
    await sqlite.store.create(newSession({ id: 'bystander', userId: 'bob' }));
    await append(sqlite.store, 'bystander', says('remains'));
  });
  afterEach(() => sqlite.close());

  /** How often a text stands in the files of the database, the journal and whatever else is beside it. */
  async function found(text: string): Promise<number> {
    const path = dirname(folder.file('x'));
    const files = await Promise.all(
      (await readdir(path))
        .filter((name) => name.startsWith('sessions.db'))
        .map((name) => readFile(folder.file(name))),
    );
    return files.reduce((sum, bytes) => sum + bytes.toString('latin1').split(text).length - 1, 0);
  }

  it('leaves no byte of what the user wrote, or was called, in the file or its journal', async () => {
    await plant(sqlite.store);
    expect(await found(PLANTED)).toBeGreaterThan(100);
    const { code, out, told } = await erase(sqlite.store, rates);
    expect([code, told]).toEqual([0, '']);
    expect(JSON.parse(out)).toEqual({
      ...RECEIPT,
      records: 3,
      remains: [expect.any(String), expect.any(String)],
    });
    expect(await found(PLANTED)).toBe(0);
    expect(await found('remains')).toBeGreaterThan(0);
    await append(sqlite.store, 'bystander', says('and goes on'));
    expect(await sessionNow(sqlite.store, 'bystander')).toMatchObject({ itemCount: 2 });
  });

  it('says so when another process keeps the file from being written anew, and finishes when it is run again', async () => {
    await plant(sqlite.store);
    const other = new Driver(folder.file('sessions.db'));
    other.exec('BEGIN');
    other.prepare('SELECT count(*) FROM sessions').get();
    const first = JSON.parse((await erase(sqlite.store, rates)).out);
    expect(first).toMatchObject({ complete: true, sessions: 4 });
    expect(first.remains).toHaveLength(3);
    expect(first.remains[2]).toMatch(/run this again/);
    other.exec('COMMIT');
    other.close();
    const second = JSON.parse((await erase(sqlite.store, rates)).out);
    expect(second).toMatchObject({ complete: true, sessions: 0, items: 0, records: 0 });
    expect(second.remains).toHaveLength(2);
    expect(await found(PLANTED)).toBe(0);
  });

  it('goes on where one that broke off has left it', async () => {
    await plant(sqlite.store);
    const broken: SessionStore = {
      ...sqlite.store,
      erase: (userId, onErased) =>
        sqlite.store.erase(userId, (session) => {
          onErased(session);
          throw Object.assign(new Error('power cut'), { code: 'X' });
        }),
    };
    const { code, out, told } = await erase(broken, rates);
    expect([code, out]).toEqual([1, '']);
    expect(told).toBe('The erasure broke off: power cut\nRun it again: what is gone stays gone.\n');
    expect((await sqlite.store.list(USER, { count: 9, from: 'start' })).sessions).toHaveLength(3);
    expect(JSON.parse((await erase(sqlite.store, rates)).out)).toMatchObject({ complete: true, sessions: 3 });
    expect(await found(PLANTED)).toBe(0);
  });

  it('erases what is made meanwhile, and says when that does not end', async () => {
    let made = 0;
    const busy = (most: number): SessionStore => ({
      ...sqlite.store,
      async erase(userId, onErased) {
        const rest = await sqlite.store.erase(userId, onErased);
        if (made < most) await sqlite.store.create(newSession({ id: `late-${made++}`, userId: USER }));
        return rest;
      },
    });
    await sqlite.store.create(newSession({ userId: USER }));
    expect(JSON.parse((await erase(busy(2), rates)).out)).toMatchObject({ complete: true, sessions: 3 });
    await sqlite.store.create(newSession({ userId: USER }));
    const endless = await erase(busy(1_000), rates);
    expect([endless.code, JSON.parse(endless.out).complete]).toEqual([1, false]);
    expect(endless.told).toMatch(/^Sessions kept being made for this user\./);
  });

  it('writes the receipt to a file of its own, or does nothing', async () => {
    await plant(sqlite.store);
    const file = folder.file('receipt.json');
    expect(await erase(sqlite.store, rates, folder.file('none/receipt.json'))).toMatchObject({ code: 1 });
    expect((await sqlite.store.list(USER, { count: 9, from: 'start' })).sessions).toHaveLength(4);
    expect(await erase(sqlite.store, rates, file)).toEqual({ code: 0, out: '', told: '' });
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject(RECEIPT);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await erase(sqlite.store, rates, file)).told).toMatch(/EEXIST/);
  });
});

describe('an erasure on Redis', () => {
  const redis = redisOfFile();

  it('leaves no key and no value with what the user wrote, or was called', async () => {
    const { store, connection } = redis.opened;
    const rates = createRedisRates({ client: connection.commands });
    await store.create(newSession({ id: 'bystander', userId: 'bob' }));
    await append(store, 'bystander', says('remains'));
    await plant(store);
    await rates.lease(
      `user ${encodeURIComponent(USER)}`,
      { least: 1, most: 1 },
      { perSecond: 1, burst: 1000 },
    );
    // What a fork and a restore that were cut off leave for an hour.
    const staged = `as:{${PLANTED}-staged}:fork:M0000000`;
    await redis.redis.cli('HSET', staged, 'owner', USER, 'items', '1');
    await redis.redis.cli('XADD', `${staged}:log`, '*', 'r', PLANTED);
    expect(await everything()).toContain(PLANTED);

    const { code, out, told } = await erase(store, rates);
    expect([code, told]).toEqual([0, '']);
    expect(JSON.parse(out)).toEqual({
      ...RECEIPT,
      records: 4,
      remains: [expect.any(String), expect.any(String)],
    });
    const left = await everything();
    expect(left).not.toContain(PLANTED);
    expect(left).toContain('remains');
    expect(JSON.parse((await erase(store, rates)).out)).toMatchObject({ sessions: 0, records: 0 });
    expect(await sessionNow(store, 'bystander')).toMatchObject({ itemCount: 1 });
  });

  /** All keys with all that they hold, as a snapshot of Redis has it, uncompressed. */
  async function everything(): Promise<string> {
    await redis.redis.cli('CONFIG', 'SET', 'rdbcompression', 'no');
    await redis.redis.cli('SAVE');
    const path = at((await redis.redis.cli('CONFIG', 'GET', 'dir')).split('\n'), 1);
    const name = at((await redis.redis.cli('CONFIG', 'GET', 'dbfilename')).split('\n'), 1);
    return (await readFile(`${path}/${name}`)).toString('latin1');
  }
});
