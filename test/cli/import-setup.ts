import { createHash } from 'node:crypto';
import { Redis } from 'ioredis';
import { createMemoryLive } from '../../src/adapters/memory/live.ts';
import { createForeignHistories } from '../../src/adapters/redis/foreign-histories.ts';
import { createSqliteStore } from '../../src/adapters/sqlite/store.ts';
import { runImport } from '../../src/cli/import.ts';
import type { ImportArguments } from '../../src/cli/import-arguments.ts';
import type { ItemEntry } from '../../src/core/log.ts';
import type { SessionStore } from '../../src/core/store.ts';
import { clockOf, newMark } from '../adapters/redis-setup.ts';

export type Fields = Readonly<Record<string, string>>;

/** One hash of RedisVL, with the field names and the keys that its versions write. */
export interface Message {
  readonly key: string;
  readonly fields: Fields;
}

let suffixes = 0;

export interface Given {
  readonly role?: string;
  readonly timestamp?: number;
  /** Newer versions end their keys with eight characters, so that two messages of one moment are two. */
  readonly suffixed?: boolean;
  readonly more?: Fields;
}

export function message(tag: string, content: string, given: Given = {}): Message {
  const { role = 'user', timestamp = 1755768000 + suffixes, suffixed = true, more = {} } = given;
  const suffix = (++suffixes).toString(16).padStart(8, '0');
  const entryId = suffixed ? `${tag}:${timestamp}:${suffix}` : `${tag}:${timestamp}`;
  return {
    key: `agent_sessions:${entryId}`,
    fields: { entry_id: entryId, session_tag: tag, role, content, timestamp: String(timestamp), ...more },
  };
}

/** Runs commands on a Redis as the applications do whose histories are imported. */
export async function withRedis<T>(url: string, work: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(url, { replyMapping: 'legacy' });
  try {
    return await work(redis);
  } finally {
    redis.disconnect();
  }
}

export async function writeMessages(url: string, messages: readonly Message[]): Promise<void> {
  await withRedis(url, async (redis) => {
    const commands = redis.pipeline();
    for (const { key, fields } of messages) commands.hset(key, fields);
    await commands.exec();
  });
}

/** What the Agents SDK keeps for a session. */
export async function writeSdkSession(url: string, id: string, items: readonly string[]): Promise<void> {
  await withRedis(url, async (redis) => {
    await redis.hset(`agents:session:${id}`, {
      session_id: id,
      created_at: '1755768000',
      updated_at: '1755768100',
    });
    if (items.length > 0) await redis.rpush(`agents:session:${id}:messages`, ...items);
  });
}

/** Everything that a Redis holds, to tell whether it was changed. */
export async function contentsOf(url: string): Promise<string> {
  return withRedis(url, async (redis) => {
    const dumps: string[] = [];
    for (const key of (await redis.keys('*')).toSorted()) {
      dumps.push(`${key} ${(await redis.dumpBuffer(key))?.toString('base64')}`);
    }
    return dumps.join('\n');
  });
}

export function memoryStore(): SessionStore {
  const { ring, ringList } = createMemoryLive({ onError: () => undefined });
  return createSqliteStore({
    path: ':memory:',
    clock: clockOf(),
    newMark,
    announce: ring,
    announceList: ringList,
  });
}

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64url');

export interface Ran {
  readonly code: number;
  readonly summary: string;
  readonly progress: string;
}

/** Runs an import into a store, which stays open. */
export async function importInto(
  store: SessionStore,
  options: Partial<ImportArguments> & Pick<ImportArguments, 'from'>,
  isTTY = false,
): Promise<Ran> {
  let summary = '';
  let progress = '';
  const code = await runImport(
    { owner: { user: 'ada' }, dryRun: false, collapseRepeats: false, ...options },
    {
      open: async ({ from }) => {
        const source = createForeignHistories(from);
        return { source, store, digest: sha256, close: () => source.close() };
      },
      write: (text) => (summary += text),
      progress: { isTTY, write: (text) => (progress += text) },
    },
  );
  return { code, summary, progress };
}

/** All items of a session in order. */
export async function itemsOf(store: SessionStore, sessionId: string): Promise<readonly ItemEntry[]> {
  const session = await store.get(sessionId);
  if (session === null) return [];
  const entries: ItemEntry[] = [];
  for (;;) {
    const after = entries.at(-1)?.id;
    const page = await store.page(sessionId, { count: 1000, from: 'start', upTo: session.end, after });
    entries.push(...page.entries);
    if (!page.hasNext) return entries;
  }
}

/** `ROLE text` of each item; what is no message is its type. */
export async function conversationOf(store: SessionStore, sessionId: string): Promise<readonly string[]> {
  return (await itemsOf(store, sessionId)).map(({ item }) => {
    const raw = JSON.parse(item.raw);
    return item.role === null ? raw.type : `${item.role} ${raw.content}`;
  });
}
