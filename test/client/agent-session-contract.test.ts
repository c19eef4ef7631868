import { afterAll, beforeAll, describe } from 'vitest';
import { agentSessionContract } from '../contract/agent-session.ts';
import { startRedis, type RedisServer } from '../support/redis-server.ts';
import type { CapableSession } from './sdk-session-contract.ts';
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

/** The path of an installed `@openai/agents`: the suite runs on the SDK's own session too, which it was written after. */
const { AGENTS_SDK } = process.env;
if (AGENTS_SDK !== undefined) {
  agentSessionContract("the SDK's memory", async () => {
    const sdk: { MemorySession: new () => CapableSession } = await import(AGENTS_SDK);
    return {
      newSession: async () => new sdk.MemorySession(),
      again: async (session) => session,
      close: () => Promise.resolve(),
    };
  });
}
