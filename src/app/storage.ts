import { randomFillSync } from 'node:crypto';
import type { Logger } from 'pino';
import { createMemoryLive } from '../adapters/memory/live.ts';
import { createMemoryRates } from '../adapters/memory/rates.ts';
import { connectRedis } from '../adapters/redis/connect.ts';
import { describeDurability } from '../adapters/redis/durability.ts';
import { createRedisLive } from '../adapters/redis/live.ts';
import { createRedisRates } from '../adapters/redis/rates.ts';
import { createRedisStore } from '../adapters/redis/store.ts';
import { createSqliteStore, durability } from '../adapters/sqlite/store.ts';
import type { StoreConfig } from '../config.ts';
import type { LiveFeed } from '../core/live.ts';
import type { RateStore } from '../core/rates.ts';
import type { SessionStore } from '../core/store.ts';
import { systemClock } from './system-clock.ts';

/** The ports on one store. */
export interface Storage {
  readonly store: SessionStore;
  readonly live: LiveFeed;
  readonly rates: RateStore;
  /** One sentence: which store, and what it promises. */
  readonly describe: () => Promise<string>;
}

export function openStorage(config: StoreConfig, log: Logger): Storage {
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
        url: config.url,
        onError: (error) => log.warn({ err: error }, 'No connection to Redis'),
      });
      const live = createRedisLive({
        client: subscriber,
        clock: systemClock,
        onError: (error) => log.warn({ err: error }, 'Live wake-ups are interrupted'),
      });
      const store = createRedisStore({ client: commands, newMark });
      const { host } = new URL(config.url);
      const describe = async () => `Redis ${host}: ${await describeDurability(commands)}`;
      return { store, live, rates: createRedisRates({ client: commands }), describe };
    }
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
