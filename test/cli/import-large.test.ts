import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { SessionStore } from '../../src/core/store.ts';
import { openRedis } from '../adapters/redis-setup.ts';
import { startRedis, type RedisServer } from '../support/redis-server.ts';
import { runServer, type Ended } from '../support/server-process.ts';
import { upTo } from '../support/samples.ts';
import { startProxy } from '../support/tcp-proxy.ts';
import {
  conversationOf,
  importInto,
  memoryStore,
  message,
  writeMessages,
  type Message,
} from './import-setup.ts';

const ENTRIES = 10_000;
const ROLES = [
  ['user', 'USER'],
  ['llm', 'ASSISTANT'],
  ['assistant', 'ASSISTANT'],
  ['system', 'SYSTEM'],
] as const;

let redis: RedisServer;
/** What each session must hold. */
const expected = new Map<string, string[]>();

/** Hashes as several applications leave them: conversations at the same time, old and new keys, in any order. */
function histories(): Message[] {
  const messages = upTo(ENTRIES).map((n) => {
    // One conversation has most of the messages, so that it takes many writes.
    const tag = n % 2 === 0 ? 'long' : `conv_${n % 97}`;
    const [role, expectedRole] = ROLES[n % ROLES.length] ?? ROLES[0];
    const content = n % 100 === 0 ? 'yes' : `text ${n} — “ä” 😀`;
    expected.set(tag, [...(expected.get(tag) ?? []), `${expectedRole} ${content}`]);
    // Three newer messages at a time share their moment, and are told apart by their entry_id.
    const suffixed = n % 5 < 3;
    const moment = suffixed ? n - (n % 5) : n;
    return message(tag, content, { role, suffixed, timestamp: 1755768000.125 + moment / 8 });
  });
  // Multiplying by a number that shares no factor with the count reaches each place once.
  return upTo(ENTRIES).flatMap((n) => messages[(n * 7919) % ENTRIES] ?? []);
}

beforeAll(async () => {
  redis = await startRedis();
  await writeMessages(redis.url, histories());
});
afterAll(() => redis.stop());
beforeEach(async () => {
  await redis.cli('EVAL', "for _, k in ipairs(redis.call('KEYS', 'as:*')) do redis.call('DEL', k) end", '0');
});

async function expectAllOf(store: SessionStore): Promise<void> {
  for (const [tag, conversation] of expected) {
    expect(await conversationOf(store, tag)).toEqual(conversation);
  }
}

async function heldBy(store: SessionStore): Promise<number> {
  const sessions = await Promise.all([...expected.keys()].map((tag) => store.get(tag)));
  return sessions.reduce((sum, session) => sum + (session?.itemCount ?? 0), 0);
}

async function withTarget<T>(work: (store: SessionStore) => Promise<T>, url = redis.url): Promise<T> {
  const target = openRedis({ url });
  try {
    return await work(target.store);
  } finally {
    await target.close();
  }
}

describe('an import of 10,000 hashes', () => {
  it.each([
    [
      'SQLite',
      async (work: (store: SessionStore) => Promise<void>) => {
        const store = memoryStore();
        try {
          await work(store);
        } finally {
          await store.close();
        }
      },
    ],
    ['Redis', withTarget<void>],
  ])('gives the same conversations in %s, in order, and a second one adds nothing', async (_, withStore) => {
    await withStore(async (store) => {
      const first = await importInto(store, { from: redis.url });
      expect(first.summary).toContain(`Written: 10,000 entries to ${expected.size} sessions.`);
      await expectAllOf(store);
      const second = await importInto(store, { from: redis.url });
      expect(second.summary).toContain('Written: 0 entries to 0 sessions.\nThere already: 10,000 entries.');
      expect(await heldBy(store)).toBe(ENTRIES);
    });
  });

  it('writes each entry once when replies of the store are lost', async () => {
    const proxy = await startProxy(redis.port);
    await withTarget(async (store) => {
      proxy.cutAtNextReply();
      let cuts = proxy.swallowed;
      const faulty: SessionStore = {
        ...store,
        append: async (write) => {
          if (proxy.swallowed > cuts && cuts < 3) {
            cuts = proxy.swallowed;
            proxy.cutAtNextReply();
          }
          return store.append(write);
        },
      };
      const { code } = await importInto(faulty, { from: redis.url });
      expect(code).toBe(0);
      expect(proxy.swallowed).toBeGreaterThan(2);
    }, `redis://127.0.0.1:${proxy.port}`);
    await proxy.stop();
    await withTarget(expectAllOf);
  });
});

describe('agent-sessions import', () => {
  const args = () => ['import', '--from', redis.url, '--user', 'ada'];
  const env = () => ({ STORE_URL: redis.url });

  it('goes on where it was when it is killed in the middle and run again', async () => {
    const { signal } = await killedAt(/^[34],\d{3} of 10,000 entries/m, args(), env());
    expect(signal).toBe('SIGKILL');
    await withTarget(async (store) => {
      const held = await heldBy(store);
      expect(held).toBeGreaterThan(0);
      expect(held).toBeLessThan(ENTRIES);
      const { code, stdout } = await runServer(args(), env());
      expect(code).toBe(0);
      expect(stdout).toContain(`There already: ${held.toLocaleString('en-US')} entries.`);
      await expectAllOf(store);
      expect(await heldBy(store)).toBe(ENTRIES);
    });
  });

  it('writes nothing on a dry run', async () => {
    const before = await redis.cli('DBSIZE');
    const { code, stdout } = await runServer([...args(), '--dry-run'], env());
    expect(code).toBe(0);
    expect(stdout).toContain('Written: 10,000 entries');
    expect(await redis.cli('DBSIZE')).toBe(before);
  });

  it('says every problem of its arguments, and what it takes', async () => {
    const { code, stderr } = await runServer(['import', '--user', '', '--dry']);
    expect(code).toBe(2);
    expect(stderr).toContain('--from or --file is needed');
    expect(stderr).toContain('--user needs a value.');
    expect(stderr).toContain('There is no option --dry.');
    const help = await runServer(['import', '--help']);
    expect(help.code).toBe(0);
    expect(help.stdout).toContain('--collapse-repeats');
  });
});

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

/** Runs the built program until it says this, and kills it. */
async function killedAt(
  pattern: RegExp,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Pick<Ended, 'code' | 'signal'>> {
  const child = spawn(process.execPath, [MAIN, ...args], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
    if (pattern.test(said)) child.kill('SIGKILL');
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
}
