import type { Logger } from 'pino';
import type { RedisLink } from '../adapters/redis/link.ts';
import type { RedisConfig, StoreConfig } from '../config.ts';
import type { Finding } from '../core/diagnosis.ts';
import type { LiveFeed } from '../core/live.ts';
import type { RateStore } from '../core/rates.ts';
import type { SessionStore } from '../core/store.ts';

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

/**
 * Loads the adapters of the configured store alone: those of the other would be a good part of the time of a start.
 * @param measure Gives the same link, measured.
 */
export async function openStorage(
  config: StoreConfig,
  redis: RedisConfig,
  log: Logger,
  measure: (link: RedisLink) => RedisLink = (link) => link,
): Promise<Storage> {
  switch (config.kind) {
    case 'sqlite': {
      const { openSqliteStorage } = await import('./sqlite-storage.ts');
      return openSqliteStorage(config, log);
    }
    case 'redis': {
      const { openRedisStorage } = await import('./redis-storage.ts');
      return openRedisStorage(config.address, redis, log, measure);
    }
  }
}
