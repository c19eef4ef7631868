import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { randomBytes } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { Clock } from '../../src/core/clock.ts';
import type { LiveFeed } from '../../src/core/live.ts';
import type { SessionStore } from '../../src/core/store.ts';
import type { RedisAddress } from '../../src/adapters/redis/address.ts';
import { connectRedis, type ConnectOptions, type RedisConnection } from '../../src/adapters/redis/connect.ts';
import { createRedisLive } from '../../src/adapters/redis/live.ts';
import { createRedisStore } from '../../src/adapters/redis/store.ts';
import { storeUrl } from '../../src/config/store-url.ts';
import { startRedis, type RedisServer } from '../support/redis-server.ts';

/** Real time; `speed` makes what happens every so often happen that much more often. */
export function clockOf(speed = 1): Clock {
  return {
    now: () => Date.now(),
    every(ms, tick) {
      const timer = setInterval(tick, ms / speed);
      timer.unref();
      return () => clearInterval(timer);
    },
  };
}

export function newMark(): string {
  return randomBytes(4).toString('hex');
}

export interface RedisUnderTest {
  readonly store: SessionStore;
  readonly live: LiveFeed;
  readonly connection: RedisConnection;
  /** Connection errors, and what listeners threw. */
  readonly errors: unknown[];
  /** Sends commands of the test, to any node. */
  ask<T>(send: (client: Redis) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** What STORE_URL says of a Redis. */
export function addressOf(url: string): RedisAddress {
  const store = storeUrl.parse(url);
  if (store.kind !== 'redis') throw new TypeError('That is no Redis.');
  return { sentinelUsername: undefined, sentinelPassword: undefined, ...store.address };
}

/** The connection for subscribing to the one Redis. */
export function subscriberOf({ connection }: RedisUnderTest): Redis {
  if (connection.subscriber.kind !== 'one') throw new TypeError('A Cluster has one for each node.');
  return connection.subscriber.link.client;
}

export interface SetupOptions extends Partial<ConnectOptions> {
  readonly url: string;
  readonly clock?: Clock;
  readonly prefix?: string;
  readonly draftIdleMs?: number | undefined;
}

/** A store and a feed on a Redis, as the server composes them. */
export function openRedis(setup: SetupOptions): RedisUnderTest {
  const { url, clock = clockOf(), prefix = 'as', draftIdleMs, ...options } = setup;
  const errors: unknown[] = [];
  const onError = (error: unknown): void => void errors.push(error);
  const connection = connectRedis({ address: addressOf(url), clock, onError, ...options });
  const store = createRedisStore({ client: connection.commands, newMark, draftIdleMs, prefix });
  const live = createRedisLive({ subscriber: connection.subscriber, clock, onError, prefix });
  return {
    store,
    live,
    connection,
    errors,
    ask: (send) => connection.commands.read('', send),
    async close() {
      await live.close();
      await store.close();
    },
  };
}

export interface RedisOfFile {
  readonly redis: RedisServer;
  /** Opened anew for each test, on a Redis without keys. */
  readonly opened: RedisUnderTest;
}

/** Gives the tests of a file one Redis; to be called where hooks may be registered. */
export function redisOfFile(): RedisOfFile {
  let redis: RedisServer;
  let opened: RedisUnderTest;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => {
    await redis.stop();
  });
  beforeEach(async () => {
    await redis.cli('FLUSHALL');
    opened = openRedis({ url: redis.url });
  });
  afterEach(async () => {
    await opened.close();
  });
  return {
    get redis() {
      return redis;
    },
    get opened() {
      return opened;
    },
  };
}
