import { afterAll, beforeAll, describe, vi } from 'vitest';
import type { Doorbell, ListDoorbell, LiveFeed } from '../../src/core/live.ts';
import type { SessionStore } from '../../src/core/store.ts';
import type { RedisConnection } from '../../src/adapters/redis/connect.ts';
import { createRedisLive } from '../../src/adapters/redis/live.ts';
import { createRedisRates } from '../../src/adapters/redis/rates.ts';
import { createRedisStore } from '../../src/adapters/redis/store.ts';
import { liveContract } from '../contract/live.ts';
import { ratesContract } from '../contract/rates.ts';
import { storeContract } from '../contract/store.ts';
import { eventually } from '../support/eventually.ts';
import { startCluster, type RedisCluster } from '../support/redis-cluster.ts';
import { clockOf, newMark, openRedis } from './redis-setup.ts';

let cluster: RedisCluster;
/** One for all tests, each with keys of its own: to connect to three nodes takes longer than most of them. */
let connection: RedisConnection;
beforeAll(async () => {
  cluster = await startCluster();
  const opened = openRedis({ url: cluster.url });
  connection = opened.connection;
  await eventually(() => opened.store.check());
});
afterAll(async () => {
  await connection.commands.close();
  await cluster.stop();
});

let count = 0;

function openEmpty(draftIdleMs?: number): {
  readonly store: SessionStore;
  readonly live: LiveFeed;
  readonly prefix: string;
} {
  const prefix = `as${count++}`;
  const { commands, subscriber } = connection;
  const onError = (): void => undefined;
  return {
    store: createRedisStore({ client: commands, newMark, draftIdleMs, prefix }),
    live: createRedisLive({ subscriber, clock: clockOf(), onError, prefix }),
    prefix,
  };
}

async function serverTimes(): Promise<readonly number[]> {
  const times = await connection.commands.readEverywhere((client) => client.time());
  return times.map(([seconds, micros]) => Number(seconds) * 1000 + Number(micros) / 1000);
}

// At once, as most of their time is spent waiting for what expires. A busy machine may come too late for that.
describe.concurrent('at once', { retry: 1 }, () => {
  storeContract('SessionStore on a Redis Cluster', async ({ draftIdleMs }) => {
    const { store, live } = openEmpty(draftIdleMs);
    return {
      store,
      losesDoorbells: true,
      async elapse(ms) {
        const end = Math.max(...(await serverTimes())) + ms;
        await vi.waitUntil(async () => Math.min(...(await serverTimes())) >= end, {
          timeout: ms + 5_000,
          interval: 1,
        });
      },
      async heard(sessionId) {
        const bells: Doorbell[] = [];
        await live.listen(sessionId, (doorbell) => void bells.push(doorbell));
        return bells;
      },
      async heardList(userId) {
        const bells: ListDoorbell[] = [];
        await live.listenToList(userId, (doorbell) => void bells.push(doorbell));
        return bells;
      },
      close: () => live.close(),
    };
  });
});

liveContract('LiveFeed on a Redis Cluster', async () => {
  const { live, prefix } = openEmpty();
  const publish = async (channel: string, message: string): Promise<void> => {
    await connection.commands.run(channel, (client) => client.spublish(channel, message));
  };
  return {
    live,
    ring: (sessionId) => publish(`${prefix}:{${sessionId}}`, 'look'),
    ringList: (userId, sessionId) => publish(`${prefix}:user:${userId}`, sessionId),
    close: () => live.close(),
  };
});

ratesContract('the rates of all processes that share a Redis Cluster', async () => {
  const prefix = `as${count++}`;
  const { commands } = connection;
  // Rates do not wait for a connection, and each bucket may be on another node.
  await eventually(() => serverTimes());
  return {
    store: createRedisRates({ client: commands, prefix }),
    // Time passes for a bucket when it was last asked longer ago.
    async pass(ms) {
      await commands.readEverywhere(async (client) => {
        for (const key of await client.keys(`${prefix}:rate:*`))
          await client.hincrby(key, 'at', Math.round(-ms * 1_000));
      });
    },
    close: () => Promise.resolve(),
  };
});
