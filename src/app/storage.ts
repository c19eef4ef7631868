import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Logger } from 'pino';
import { createMemoryLive } from '../adapters/memory/live.ts';
import { createMemoryRates } from '../adapters/memory/rates.ts';
import { connectRedis } from '../adapters/redis/connect.ts';
import { describeDurability } from '../adapters/redis/durability.ts';
import { createRedisLive } from '../adapters/redis/live.ts';
import { createRedisRates } from '../adapters/redis/rates.ts';
import { createRedisStore } from '../adapters/redis/store.ts';
import { createSqliteStore, durability } from '../adapters/sqlite/store.ts';
import type { RedisConfig, StoreConfig } from '../config.ts';
import type { LiveFeed } from '../core/live.ts';
import type { RateStore } from '../core/rates.ts';
import type { SessionStore } from '../core/store.ts';
import type { RedisAddressConfig } from '../config/store-url.ts';
import { systemClock } from './system-clock.ts';

/** The ports on one store. */
export interface Storage {
  readonly store: SessionStore;
  readonly live: LiveFeed;
  readonly rates: RateStore;
  /** One sentence: which store, and what it promises. */
  readonly describe: () => Promise<string>;
}

export function openStorage(config: StoreConfig, redis: RedisConfig, log: Logger): Storage {
  switch (config.kind) {
    case 'sqlite': {
      const memory = createMemoryLive({
        onError: (error) => log.error({ err: error }, 'A listener threw'),
      });
      const { live } = memory;
      const store = createSqliteStore({
        path: config.path,
        clock: systemClock,
        newMark,
        announce: memory.ring,
        announceList: memory.ringList,
      });
      const where = config.path === ':memory:' ? 'in memory' : config.path;
      const rates = createMemoryRates(systemClock);
      return { store, live, rates, describe: async () => `SQLite ${where}: ${durability(config.path)}` };
    }
    case 'redis': {
      const { commands, subscriber } = connectRedis({
        address: { ...config.address, ...redis },
        ca: redis.caFile === null ? undefined : readFileSync(redis.caFile, 'utf8'),
        clock: systemClock,
        onError: (error) => log.warn({ err: error }, 'No connection to Redis'),
        replicas: redis.waitReplicas === 0 ? null : { count: redis.waitReplicas, timeoutMs: redis.waitMs },
      });
      const live = createRedisLive({
        subscriber,
        clock: systemClock,
        onError: (error) => log.warn({ err: error }, 'Live wake-ups are interrupted'),
      });
      const store = createRedisStore({ client: commands, newMark });
      const describe = async () =>
        `${placeOf(config.address)}: ${await describeDurability(commands, redis.waitReplicas)}`;
      return { store, live, rates: createRedisRates({ client: commands }), describe };
    }
  }
}

function placeOf({ mode, nodes, master }: RedisAddressConfig): string {
  const hosts = nodes.map(({ host, port }) => `${host}:${port}`).join(', ');
  switch (mode) {
    case 'single':
      return `Redis ${hosts}`;
    case 'sentinel':
      return `Redis ${master}, which the Sentinels at ${hosts} name`;
    case 'cluster':
      return `Redis Cluster ${hosts}`;
  }
}

const MARK_CHARACTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** Eight characters of 62: two writes at one place share a mark once in 10^14. */
function newMark(): string {
  return Array.from(randomBytes(8), (byte) => MARK_CHARACTERS[byte % MARK_CHARACTERS.length]).join('');
}
