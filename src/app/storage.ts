import { randomFillSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Logger } from 'pino';
import { createMemoryLive } from '../adapters/memory/live.ts';
import { createMemoryRates } from '../adapters/memory/rates.ts';
import { connectRedis } from '../adapters/redis/connect.ts';
import { describeDurability } from '../adapters/redis/durability.ts';
import type { RedisLink } from '../adapters/redis/link.ts';
import { inspectRedis } from '../adapters/redis/inspection.ts';
import { createRedisLive } from '../adapters/redis/live.ts';
import { createRedisRates } from '../adapters/redis/rates.ts';
import { createRedisStore } from '../adapters/redis/store.ts';
import { createSqliteStore, durability } from '../adapters/sqlite/store.ts';
import type { RedisConfig, StoreConfig } from '../config.ts';
import type { Finding } from '../core/diagnosis.ts';
import type { LiveFeed } from '../core/live.ts';
import type { RateStore } from '../core/rates.ts';
import type { SessionStore } from '../core/store.ts';
import type { RedisAddressConfig } from '../config/store-url.ts';
import { seldom } from './seldom.ts';
import { systemClock } from './system-clock.ts';

/** The ports on one store. */
export interface Storage {
  readonly store: SessionStore;
  readonly live: LiveFeed;
  readonly rates: RateStore;
  /** One sentence: which store, and what it promises. */
  readonly describe: () => Promise<string>;
  /** What there is to say of the store itself, for who asks whether all is well. */
  readonly inspect: () => Promise<readonly Finding[]>;
}

/** @param measure Gives the same link, measured. */
export function openStorage(
  config: StoreConfig,
  redis: RedisConfig,
  log: Logger,
  measure: (link: RedisLink) => RedisLink = (link) => link,
): Storage {
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
      const promise = `SQLite ${where}: ${durability(config.path)}`;
      const inspect = async () => [{ ok: true, text: `${promise}.` }];
      return { store, live, rates, describe: async () => promise, inspect };
    }
    case 'redis': {
      const connection = connectRedis({
        address: { ...config.address, ...redis },
        ca: redis.caFile === null ? undefined : readFileSync(redis.caFile, 'utf8'),
        clock: systemClock,
        onError: seldom(systemClock, (error, untold) =>
          log.warn({ err: error, untold: untold || undefined }, 'No connection to Redis'),
        ),
        replicas: redis.waitReplicas === 0 ? null : { count: redis.waitReplicas, timeoutMs: redis.waitMs },
      });
      const commands = measure(connection.commands);
      const { subscriber } = connection;
      const live = createRedisLive({
        subscriber,
        clock: systemClock,
        onError: seldom(systemClock, (error, untold) =>
          log.warn({ err: error, untold: untold || undefined }, 'Live wake-ups are interrupted'),
        ),
      });
      const store = createRedisStore({ client: commands, newMark });
      const describe = async () =>
        `${placeOf(config.address)}: ${await describeDurability(commands, redis.waitReplicas)}`;
      const inspect = () => inspectRedis(commands, redis.waitReplicas);
      return { store, live, rates: createRedisRates({ client: commands }), describe, inspect };
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

const MARK_LENGTH = 8;
/** Filled for many marks at once: the system is asked as long for eight bytes as for thousands. */
const random = Buffer.alloc(1_024 * MARK_LENGTH);
let used = random.length;

/** Eight characters of 62: two writes at one place share a mark once in 10^14. */
function newMark(): string {
  if (used === random.length) {
    randomFillSync(random);
    used = 0;
  }
  let mark = '';
  for (const end = used + MARK_LENGTH; used < end; used++) {
    mark += MARK_CHARACTERS.charAt((random[used] ?? 0) % MARK_CHARACTERS.length);
  }
  return mark;
}
