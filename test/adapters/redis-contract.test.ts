import { afterAll, beforeAll, vi } from 'vitest';
import type { Doorbell, ListDoorbell } from '../../src/core/live.ts';
import { liveContract } from '../contract/live.ts';
import { storeContract } from '../contract/store.ts';
import { startRedis, type RedisServer } from '../support/redis-server.ts';
import { openRedis, type RedisUnderTest } from './redis-setup.ts';

let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(async () => {
  await redis.stop();
});

async function openEmpty(draftIdleMs?: number): Promise<RedisUnderTest> {
  const opened = openRedis({ url: redis.url, draftIdleMs });
  await opened.ask((client) => client.flushdb());
  return opened;
}

async function serverTime({ ask }: RedisUnderTest): Promise<number> {
  const [seconds, micros] = await ask((client) => client.time());
  return Number(seconds) * 1000 + Number(micros) / 1000;
}

storeContract('SessionStore on Redis', async ({ draftIdleMs }) => {
  const opened = await openEmpty(draftIdleMs);
  return {
    store: opened.store,
    losesDoorbells: true,
    async elapse(ms) {
      const end = (await serverTime(opened)) + ms;
      await vi.waitUntil(async () => (await serverTime(opened)) >= end, { timeout: ms + 5_000, interval: 1 });
    },
    async heard(sessionId) {
      const bells: Doorbell[] = [];
      await opened.live.listen(sessionId, (doorbell) => void bells.push(doorbell));
      return bells;
    },
    async heardList(userId) {
      const bells: ListDoorbell[] = [];
      await opened.live.listenToList(userId, (doorbell) => void bells.push(doorbell));
      return bells;
    },
    close: () => opened.close(),
  };
});

liveContract('LiveFeed on Redis', async () => {
  const opened = await openEmpty();
  return {
    live: opened.live,
    async ring(sessionId) {
      await opened.ask((client) => client.publish(`as:{${sessionId}}`, 'look'));
    },
    async ringList(userId, sessionId) {
      await opened.ask((client) => client.publish(`as:user:${userId}`, sessionId));
    },
    close: () => opened.close(),
  };
});
