import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { SessionStore } from '../../src/core/store.ts';
import { startRedis, type RedisServer } from '../support/redis-server.ts';
import { agentStep, newSession, says, upTo } from '../support/samples.ts';
import {
  contentsOf,
  conversationOf,
  importInto,
  itemsOf,
  memoryStore,
  message,
  sha256,
  withRedis,
  writeMessages,
  writeSdkSession,
} from './import-setup.ts';

let redis: RedisServer;
let store: SessionStore;
let from: string;

beforeAll(async () => {
  redis = await startRedis();
  from = redis.url;
});
afterAll(() => redis.stop());
beforeEach(async () => {
  await redis.cli('FLUSHALL');
  store = memoryStore();
});
afterEach(() => store.close());

describe('an import of RedisVL messages', () => {
  it('makes a session of each session_tag, with its messages in the order of their time', async () => {
    await writeMessages(from, [
      message('conv', 'third', { timestamp: 1755768002.5 }),
      message('conv', 'first', { timestamp: 1755768000.25, suffixed: false }),
      message('other', 'elsewhere', { timestamp: 1755768001, role: 'system' }),
      message('conv', 'second', { timestamp: 1755768002.25, role: 'llm' }),
      message('conv', 'tenth', { timestamp: 10000000000.5 }),
    ]);
    const { code, summary } = await importInto(store, { from });
    expect(await conversationOf(store, 'conv')).toEqual([
      'USER first',
      'ASSISTANT second',
      'USER third',
      'USER tenth',
    ]);
    expect(await conversationOf(store, 'other')).toEqual(['SYSTEM elsewhere']);
    expect(code).toBe(0);
    expect(summary).toBe(
      'Found 5 entries in 2 conversations.\n' +
        'Written: 5 entries to 2 sessions.\nThere already: 0 entries.\nSkipped: 0 entries.\n',
    );
  });

  it('orders messages of one moment by their entry_id', async () => {
    const at = { timestamp: 1755768000.5 };
    const messages = upTo(20).map((n) => message('conv', `number ${n}`, at));
    await writeMessages(from, messages.toReversed());
    await importInto(store, { from });
    expect(await conversationOf(store, 'conv')).toEqual(
      messages.map(({ fields }) => `USER ${fields['content']}`),
    );
  });

  it('groups by the field, whatever tags and keys look like', async () => {
    await writeMessages(from, [
      message('a', 'of a'),
      message('a:1755768000.5', 'of a with a time'),
      { ...message('a', 'of a, too'), key: 'agent_sessions:b:1:00000000' },
    ]);
    await importInto(store, { from });
    expect(await conversationOf(store, 'a')).toEqual(['USER of a', 'USER of a, too']);
    const renamed = `a-1755768000-5-${sha256('REDISVL a:1755768000.5').replaceAll(/[-_]/g, '').slice(0, 16)}`;
    expect(await conversationOf(store, renamed)).toEqual(['USER of a with a time']);
  });

  it('says where sessions and messages come from, and when they were written', async () => {
    await writeMessages(from, [message('conv', 'Hello', { timestamp: 1755768000.25 })]);
    await importInto(store, { from });
    const [entry] = await itemsOf(store, 'conv');
    expect(JSON.parse(entry?.item.metadata ?? '')).toEqual({
      importedFrom: {
        entry: expect.stringMatching(/^agent_sessions:conv:1755768000.25:/),
        timestamp: 1755768000.25,
        createdAt: '2025-08-21T09:20:00.250Z',
      },
    });
    expect((await store.get('conv'))?.metadata).toEqual({
      importedFrom: {
        format: 'REDISVL',
        id: 'conv',
        createdAt: '2025-08-21T09:20:00.250Z',
        updatedAt: '2025-08-21T09:20:00.250Z',
      },
    });
  });

  it('lists the sessions of a user by the old activity', async () => {
    await writeMessages(from, [
      message('late', 'x', { timestamp: 3 }),
      message('early', 'x', { timestamp: 1 }),
      message('between', 'x', { timestamp: 2 }),
    ]);
    await importInto(store, { from });
    const { sessions } = await store.list('ada', { count: 10, from: 'start' });
    const times = sessions.map(({ updatedAt }) => updatedAt);
    expect(times).toEqual(times.toSorted((a, b) => b - a));
    expect((await store.get('early'))?.updatedAt).toBeLessThanOrEqual(
      (await store.get('late'))?.updatedAt ?? 0,
    );
  });

  it('says what it skips, with the reason and the first examples', async () => {
    await writeMessages(from, [
      message('conv', 'Hello'),
      ...upTo(4).map((n) => message('conv', 'x', { role: 'narrator', timestamp: n })),
      message('conv', '  '),
      { key: 'agent_sessions:lonely', fields: { role: 'user', content: 'x', timestamp: '1' } },
      { key: 'agent_sessions:timeless', fields: { role: 'user', content: 'x', session_tag: 'conv' } },
    ]);
    await withRedis(from, async (client) => {
      await client.set('agent_sessions:text', 'no hash');
      await client.hset(message('conv', '').key, 'session_tag', 'conv', 'timestamp', '5', 'role', 'user');
      const bytes = Buffer.from([0xff, 0xfe]);
      const { key, fields } = message('conv', '');
      await client.hset(key, { ...fields, content: bytes });
    });
    const { summary } = await importInto(store, { from });
    expect(await conversationOf(store, 'conv')).toEqual(['USER Hello']);
    expect(summary).toContain('Found 10 entries in 1 conversation.');
    expect(summary).toContain('Skipped: 9 entries.');
    expect(summary).toMatch(
      /\n {2}4 entries, because its role is "narrator": "agent_sessions:conv:0:\w{8}", "[^"]+", "[^"]+", …\n/,
    );
    expect(summary).toMatch(/\n {2}1 entry, because it is a message that is only spaces: "[^"]+"\n/);
    expect(summary).toContain(
      '1 entry, because it has no session_tag, or one that is no text: "agent_sessions:lonely"',
    );
    expect(summary).toContain('1 entry, because it has no timestamp: "agent_sessions:timeless"');
    expect(summary).toContain('2 entries, because it has no content, or one that is no text: ');
  });

  it('leaves out repeated histories when it is asked to', async () => {
    const texts = ['u1', 'a1', 'u1', 'a1', 'u2', 'a2', 'u1', 'a1', 'a1', 'u2', 'a2', 'u3', 'a3'];
    await writeMessages(
      from,
      texts.map((text) => message('conv', text, { role: text.startsWith('u') ? 'user' : 'assistant' })),
    );
    const { summary } = await importInto(store, { from, collapseRepeats: true });
    expect(await conversationOf(store, 'conv')).toEqual([
      'USER u1',
      'ASSISTANT a1',
      'USER u2',
      'ASSISTANT a2',
      'USER u3',
      'ASSISTANT a3',
    ]);
    expect(summary).toContain('Left out as repeated history: 7 entries.');
    await importInto(store, { from, collapseRepeats: true });
    expect(await itemsOf(store, 'conv')).toHaveLength(6);
  });
});

describe('an import of Redis sessions of the Agents SDK', () => {
  const call =
    '{"call_id":"c1","name":"weather","arguments":"{\\"city\\": \\"Paris\\"}","type":"function_call","id":"fc_1"}';
  const items = [
    '{"content":"Weather?","role":"user"}',
    call,
    '{"call_id":"c1","output":"21","type":"function_call_output"}',
    '{"id":"msg_1","content":[{"annotations":[],"text":"21 degrees","type":"output_text","logprobs":[]}],"role":"assistant","status":"completed","type":"message"}',
  ];

  it('keeps every item as it was, in order', async () => {
    await writeSdkSession(from, 'thread_1', items);
    await importInto(store, { from });
    const entries = await itemsOf(store, 'thread_1');
    expect(entries.map(({ item }) => item.raw)).toEqual(items);
    expect(entries.map(({ item }) => item.dialect)).toEqual(items.map(() => 'RESPONSES'));
    expect(entries[2]?.item.toolName).toBe('weather');
    expect((await store.get('thread_1'))?.metadata).toMatchObject({
      importedFrom: { format: 'AGENTS_SDK', id: 'thread_1', createdAt: '2025-08-21T09:20:00.000Z' },
    });
  });

  it('finds sessions whose ids look like keys, and those whose hash is gone', async () => {
    await writeSdkSession(from, 'agents', ['{"role":"user","content":"of agents"}']);
    await writeSdkSession(from, 'a:messages', ['{"role":"user","content":"of a:messages"}']);
    await withRedis(from, (client) => client.rpush('agents:session:bare:messages', items[0] ?? ''));
    const { summary } = await importInto(store, { from });
    expect(await conversationOf(store, 'agents')).toEqual(['USER of agents']);
    expect(await conversationOf(store, 'bare')).toEqual(['USER Weather?']);
    expect(summary).toContain('1 session got another id');
    expect(summary).toContain('"a:messages is a-messages-');
  });

  it('skips what is no item, as the SDK does, and says so', async () => {
    await writeSdkSession(from, 's', ['{"role":"user"', ...items, '{"__enc__":1}']);
    const { summary } = await importInto(store, { from });
    expect(await itemsOf(store, 's')).toHaveLength(4);
    expect(summary).toContain('1 entry, because it is no JSON: "agents:session:s:messages[0] ');
    expect(summary).toContain('1 entry, because it has neither a type nor the role of a message: ');
  });

  it('adds what the SDK has added since, also where it popped items before', async () => {
    await writeSdkSession(from, 's', items);
    await importInto(store, { from });
    await withRedis(from, async (client) => {
      await client.rpop('agents:session:s:messages');
      await client.rpush('agents:session:s:messages', items[0] ?? '', call);
    });
    const { summary } = await importInto(store, { from });
    expect(summary).toContain('Written: 2 entries to 1 session.\nThere already: 3 entries.');
    const entries = await itemsOf(store, 's');
    expect(entries.map(({ item }) => item.raw)).toEqual([...items, items[0], call]);
  });
});

describe('the owners of imported sessions', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'import-'));
    await writeMessages(from, [message('one', 'x'), message('user:two', 'x'), message('three', 'x')]);
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function usersFile(content: string): Promise<{ file: string }> {
    const file = join(folder, 'users.json');
    await writeFile(file, content);
    return { file };
  }

  it('are named in a file by the ids that the sessions had; one that it does not name is skipped', async () => {
    const owner = await usersFile('{"one": "ada", "user:two": "grace", "__proto__": "x"}');
    const { summary } = await importInto(store, { from, owner });
    expect((await store.get('one'))?.userId).toBe('ada');
    expect((await store.list('grace', { count: 10, from: 'start' })).sessions).toHaveLength(1);
    expect(await store.get('three')).toBeNull();
    expect(summary).toContain('1 entry of 1 conversation, because nobody is named as its owner: "three"');
  });

  it('are not guessed when nobody is named', async () => {
    const { summary } = await importInto(store, { from, owner: null });
    expect(summary).toContain('Written: 0 entries to 0 sessions.');
    expect(summary).toContain('3 entries of 3 conversations, because nobody is named as its owner');
  });

  it('keep their sessions: one of another user is left as it is', async () => {
    await store.create(newSession({ id: 'one', userId: 'grace' }));
    const { summary } = await importInto(store, { from });
    expect(await itemsOf(store, 'one')).toEqual([]);
    expect(summary).toContain('because there is a session of that id that belongs to another user: "one"');
  });

  it.each([
    ['{"one": ""}', /the user of "one" must be a text of 1 to 256 characters/],
    ['{"one": 1, "two": null}', /"one".*\n.*"two"/],
    ['[]', /must hold an object/],
    ['{', /is no JSON/],
  ])('are refused at once when the file is %s', async (content, message) => {
    const { code, progress } = await importInto(store, { from, owner: await usersFile(content) });
    expect(code).toBe(2);
    expect(progress).toMatch(message);
  });

  it('are refused when there is no such file', async () => {
    const { code, progress } = await importInto(store, { from, owner: { file: join(folder, 'none.json') } });
    expect(code).toBe(2);
    expect(progress).toContain('cannot be read');
  });
});

describe('an import that is run again', () => {
  it('adds nothing, whatever the store remembers of the first one', async () => {
    await writeMessages(
      from,
      upTo(30).map((n) => message(`s${n % 3}`, `text ${n}`)),
    );
    await writeSdkSession(from, 'sdk', [
      '{"role":"user","content":"yes"}',
      '{"role":"user","content":"yes"}',
    ]);
    await importInto(store, { from });
    const cursor = (await store.get('s0'))?.end;
    // What was written in between changes the end of the log, and with it the idempotency key.
    await store.append({ sessionId: 's1', steps: [says('later')] });
    const { summary } = await importInto(store, { from });
    expect(summary).toContain('Written: 0 entries to 0 sessions.\nThere already: 32 entries.');
    expect((await store.get('s0'))?.end).toBe(cursor);
    expect(await conversationOf(store, 'sdk')).toEqual(['USER yes', 'USER yes']);
  });

  it('adds what has come since, and says that it stands after what others wrote', async () => {
    await writeMessages(from, [message('conv', 'one')]);
    await importInto(store, { from });
    await store.append({ sessionId: 'conv', steps: [agentStep('planner'), says('native')] });
    await writeMessages(from, [message('conv', 'two')]);
    const { summary } = await importInto(store, { from });
    const texts = await conversationOf(store, 'conv');
    expect(texts).toEqual(['USER one', 'handoff', 'USER native', 'USER two']);
    expect(summary).toContain(
      '1 session had items that no import wrote: what was written stands after those: "conv"',
    );
  });

  it('fills a session again that was cleared', async () => {
    await writeMessages(from, [message('conv', 'one')]);
    await importInto(store, { from });
    await store.clear({ sessionId: 'conv' });
    await importInto(store, { from });
    expect(await conversationOf(store, 'conv')).toEqual(['USER one']);
  });

  it('writes each entry once when two run at the same time', async () => {
    await writeMessages(
      from,
      upTo(1500).map((n) => message(`s${n % 2}`, `text ${n}`)),
    );
    const [first, second] = await Promise.all([importInto(store, { from }), importInto(store, { from })]);
    expect([first?.code, second?.code]).toEqual([0, 0]);
    expect(await itemsOf(store, 's0')).toHaveLength(750);
    expect(new Set(await conversationOf(store, 's1')).size).toBe(750);
  });
});

describe('a dry run', () => {
  it('changes nothing on either side and prints the summary of the import', async () => {
    await writeMessages(
      from,
      upTo(20).map((n) => message(`user:${n % 3}`, n === 7 ? ' ' : `text ${n}`)),
    );
    await writeSdkSession(from, 'sdk', ['{"role":"user","content":"yes"}']);
    const before = await contentsOf(from);
    const dry = await importInto(store, { from, dryRun: true });
    expect(await contentsOf(from)).toBe(before);
    expect((await store.list('ada', { count: 10, from: 'start' })).sessions).toEqual([]);
    const real = await importInto(store, { from });
    expect(dry.summary).toBe(`A dry run: nothing was written. An import would do this:\n${real.summary}`);
    expect(await contentsOf(from)).toBe(before);
  });
});

describe('the progress of an import', () => {
  it('is a bar on a terminal', async () => {
    await writeMessages(
      from,
      upTo(10).map((n) => message('conv', `text ${n}`)),
    );
    const { progress } = await importInto(store, { from }, true);
    expect(progress).toContain('\rLooking for histories: 10 entries');
    expect(progress).toMatch(/\r\[#{30}\] 100 % of 10 entries *\n$/);
  });

  it('is a line for each tenth elsewhere', async () => {
    await writeMessages(
      from,
      upTo(40).map((n) => message(`s${n % 20}`, `text ${n}`)),
    );
    const { progress } = await importInto(store, { from });
    expect(progress.split('\n')).toEqual([
      '0 of 40 entries',
      ...upTo(10).map((n) => `${4 * n + 4} of 40 entries`),
      '',
    ]);
  });
});

describe('an import from nowhere', () => {
  it('says that the Redis cannot be reached, and does not repeat the password', async () => {
    const { code, progress, summary } = await importInto(store, { from: 'redis://:secret@127.0.0.1:1' });
    expect(code).toBe(1);
    expect(progress).toContain('The import broke off: The Redis to import from cannot be reached.');
    expect(progress + summary).not.toContain('secret');
  });

  it('finds nothing in an empty Redis', async () => {
    const { code, summary } = await importInto(store, { from });
    expect(code).toBe(0);
    expect(summary).toContain('Found 0 entries in 0 conversations.');
  });
});
