import { afterAll, beforeAll, describe } from 'vitest';
import { agentSessionContract } from '../contract/agent-session.ts';
import { startRedis, type RedisServer } from '../support/redis-server.ts';
import { serve, sourceOf, type Way } from './session-sources.ts';

const WAYS: readonly Way[] = ['in process', 'over HTTP'];

for (const way of WAYS) {
  agentSessionContract(`SQLite, ${way}`, async () => sourceOf(await serve(way)));
}

describe('with a Redis', () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());

  for (const way of WAYS) {
    agentSessionContract(`Redis, ${way}`, async () => sourceOf(await serve(way, { STORE_URL: redis.url })));
  }
});
