import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import Driver from 'libsql';
import { connectRedis } from '../../dist/adapters/redis/connect.js';
import { createRedisStore } from '../../dist/adapters/redis/store.js';
import { createSqliteStore } from '../../dist/adapters/sqlite/store.js';
import { startRedis } from '../measure/redis-server.mjs';

const newMark = () => randomBytes(4).toString('hex');
const clock = { now: () => Date.now(), every: () => () => {} };

/**
 * The stores as the product opens them, each on fresh storage of its own: name, store, the bytes that it uses of memory or
 * of its file, and what ends it all.
 */
export async function openStores() {
  return [await onSqlite(), await onRedis()];
}

export async function onSqlite() {
  const directory = await mkdtemp(join(tmpdir(), 'agent-sessions-bench-'));
  const path = join(directory, 'sessions.db');
  const store = createSqliteStore({ path, clock, newMark, announce: () => {}, announceList: () => {} });
  const file = new Driver(path);
  const used = async () => {
    file.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    const { page_count: pages } = file.prepare('PRAGMA page_count').get();
    const { page_size: bytes } = file.prepare('PRAGMA page_size').get();
    return pages * bytes;
  };
  const close = async () => {
    file.close();
    await store.close();
    await rm(directory, { recursive: true });
  };
  return { name: 'SQLite', store, used, close };
}

export async function onRedis() {
  const redis = await startRedis();
  const { commands, subscriber } = connectRedis({
    address: redis.address,
    clock,
    onError: (error) => console.error(error),
    commandTimeout: 30_000,
  });
  const store = createRedisStore({ client: commands, newMark });
  const asking = new Redis(redis.url);
  const used = async () => Number(/used_memory:(\d+)/.exec(await asking.info('memory'))[1]);
  const close = async () => {
    asking.disconnect();
    await store.close();
    await subscriber.link.close();
    await redis.stop();
  };
  return { name: 'Redis', store, used, close };
}
