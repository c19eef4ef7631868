import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectRedis } from '../../dist/adapters/redis/connect.js';
import { createRedisStore } from '../../dist/adapters/redis/store.js';
import { createSqliteStore } from '../../dist/adapters/sqlite/store.js';
import { startRedis } from '../measure/redis-server.mjs';

const newMark = () => randomBytes(4).toString('hex');
const clock = { now: () => Date.now(), every: () => () => {} };

/** The stores as the product opens them, each on fresh storage of its own: name, store and what ends both. */
export async function openStores() {
  return [await onSqlite(), await onRedis()];
}

async function onSqlite() {
  const directory = await mkdtemp(join(tmpdir(), 'agent-sessions-bench-'));
  const path = join(directory, 'sessions.db');
  const store = createSqliteStore({ path, clock, newMark, announce: () => {}, announceList: () => {} });
  const close = async () => {
    await store.close();
    await rm(directory, { recursive: true });
  };
  return { name: 'SQLite', store, close };
}

async function onRedis() {
  const redis = await startRedis();
  const { commands, subscriber } = connectRedis({
    url: redis.url,
    onError: (error) => console.error(error),
    commandTimeout: 30_000,
  });
  const store = createRedisStore({ client: commands, newMark });
  const close = async () => {
    await store.close();
    await subscriber.close();
    await redis.stop();
  };
  return { name: 'Redis', store, close };
}
