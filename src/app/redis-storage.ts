import { readFileSync } from 'node:fs';
import type { Logger } from 'pino';
import { connectRedis } from '../adapters/redis/connect.ts';
import { describeDurability } from '../adapters/redis/durability.ts';
import { inspectRedis } from '../adapters/redis/inspection.ts';
import type { RedisLink } from '../adapters/redis/link.ts';
import { createRedisLive } from '../adapters/redis/live.ts';
import { createRedisRates } from '../adapters/redis/rates.ts';
import { createRedisStore } from '../adapters/redis/store.ts';
import type { RedisConfig } from '../config.ts';
import type { RedisAddressConfig } from '../config/store-url.ts';
import { newMark } from './marks.ts';
import { seldom } from './seldom.ts';
import type { Storage } from './storage.ts';
import { systemClock } from './system-clock.ts';

/** @param measure Gives the same link, measured. */
export function openRedisStorage(
  address: RedisAddressConfig,
  config: RedisConfig,
  log: Logger,
  measure: (link: RedisLink) => RedisLink,
): Storage {
  const { caFile, waitReplicas, waitMs } = config;
  const connection = connectRedis({
    address: { ...address, ...config },
    ca: caFile === null ? undefined : readFileSync(caFile, 'utf8'),
    clock: systemClock,
    onError: seldom(systemClock, (error, untold) =>
      log.warn({ err: error, untold: untold || undefined }, 'No connection to Redis'),
    ),
    replicas: waitReplicas === 0 ? null : { count: waitReplicas, timeoutMs: waitMs },
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
  return {
    store: createRedisStore({ client: commands, newMark }),
    live,
    rates: createRedisRates({ client: commands }),
    describe: async () => `${placeOf(address)}: ${await describeDurability(commands, waitReplicas)}`,
    inspect: () => inspectRedis(commands, waitReplicas),
  };
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
