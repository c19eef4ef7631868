import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectRedis, type RedisConnection } from '../../src/adapters/redis/connect.ts';
import { createRedisRates } from '../../src/adapters/redis/rates.ts';
import type { RateStore } from '../../src/core/rates.ts';
import { ratesContract } from '../contract/rates.ts';
import { eventually } from '../support/eventually.ts';
import { addressOf, clockOf } from './redis-setup.ts';
import { startRedis, type RedisServer } from '../support/redis-server.ts';

let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(async () => {
  await redis.stop();
});

interface Opened {
  readonly store: RateStore;
  readonly connection: RedisConnection;
  close(): Promise<void>;
}

function open(prefix?: string): Opened {
  const connection = connectRedis({
    address: addressOf(redis.url),
    clock: clockOf(),
    onError: () => undefined,
  });
  return {
    store: createRedisRates({ client: connection.commands, prefix }),
    connection,
    async close() {
      await connection.commands.close();
      if (connection.subscriber.kind === 'one') await connection.subscriber.link.close();
    },
  };
}

const buckets = async (): Promise<string[]> =>
  (await redis.cli('KEYS', 'as:rate:*')).split('\n').filter((key) => key !== '');

const isReady = ({ connection }: Opened): Promise<void> =>
  eventually(() => expect(connection.commands.isReady('')).toBe(true));

ratesContract('the rates of all processes that share a Redis', async () => {
  await redis.cli('FLUSHALL');
  const opened = open();
  await isReady(opened);
  return {
    store: opened.store,
    // Time passes for a bucket when it was last asked longer ago. Real time passes besides, so this must not take long.
    async pass(ms) {
      await opened.connection.commands.read('', async (client) => {
        for (const key of await client.keys('as:rate:*'))
          await client.hincrby(key, 'at', Math.round(-ms * 1_000));
      });
    },
    close: opened.close,
  };
});

const SLOW = { perSecond: 1, burst: 10 };
const ONE = { least: 1, most: 1 };

describe('the rates in Redis', () => {
  it('are one for all processes, and one for each prefix of keys', async () => {
    await redis.cli('FLUSHALL');
    const opened = [open(), open(), open('other')] as const;
    const [one, other, apart] = opened;
    await Promise.all(opened.map(isReady));
    expect(await one.store.lease('a', { least: 1, most: 6 }, SLOW)).toMatchObject({ granted: 6 });
    expect(await other.store.lease('a', { least: 1, most: 6 }, SLOW)).toMatchObject({ granted: 4 });
    expect(await one.store.lease('a', ONE, SLOW)).toMatchObject({ granted: 0 });
    expect(await apart.store.lease('a', ONE, SLOW)).toMatchObject({ granted: 1 });
    for (const { close } of opened) await close();
  });

  it('leave nothing behind once a bucket would be full again', async () => {
    await redis.cli('FLUSHALL');
    const opened = open();
    await isReady(opened);
    await opened.store.lease('a', ONE, SLOW);
    const [key = ''] = await buckets();
    const left = Number(await redis.cli('PTTL', key));
    expect(left).toBeGreaterThan(10_000);
    expect(left).toBeLessThanOrEqual(11_000);
    await opened.store.lease('quick', ONE, { perSecond: 1_000, burst: 1 });
    await eventually(async () => expect(await redis.cli('EXISTS', 'as:rate:quick')).toBe('0'));
    await opened.close();
  });

  it('are as good as absent, and at once, while Redis cannot be reached', async () => {
    const opened = open();
    await isReady(opened);
    await redis.kill();
    await eventually(() => expect(opened.connection.commands.isReady('')).toBe(false));
    await expect(opened.store.lease('a', ONE, SLOW)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    await redis.restart();
    await eventually(async () =>
      expect(await opened.store.lease('a', ONE, SLOW)).toMatchObject({ granted: 1 }),
    );
    await opened.close();
  });

  it('are waited for no longer than an operation can wait, while Redis does not answer', async () => {
    const opened = open();
    await isReady(opened);
    redis.pause();
    await expect(opened.store.lease('a', ONE, SLOW)).rejects.toMatchObject({ code: 'STORE_TIMEOUT' });
    redis.resume();
    await opened.close();
  });

  it('are kept also where Redis takes no more writes: then everything may begin', async () => {
    const opened = open();
    await isReady(opened);
    await redis.cli('REPLICAOF', '127.0.0.1', '1');
    await expect(opened.store.lease('a', ONE, SLOW)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    await redis.cli('REPLICAOF', 'NO', 'ONE');
    await opened.close();
  });
});
