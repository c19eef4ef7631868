import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { SESSION_EVENTS, TRANSPORTS } from '../support/follow.ts';
import { startMeasuredServer, type MeasuredServer } from '../support/measured-server.ts';
import { openEventStream } from '../support/event-stream.ts';
import { startRedis, type RedisServer } from '../support/redis-server.ts';
import { openStallingClient } from '../support/stalling-client.ts';

const CYCLES = 600;
const WARM_UP = 150;
const AT_ONCE = 20;
const SESSIONS = 5;
/** What code and caches may still grow by after the warm-up. */
const HEAP_BYTES = 3 * 1024 * 1024;

let redis: RedisServer;
let server: MeasuredServer;
beforeAll(async () => {
  redis = await startRedis();
  server = await startMeasuredServer({ STORE_URL: redis.url });
});
afterAll(async () => {
  await server.stop();
  await redis.stop();
});

/** Sends an operation on a connection of its own that is not kept. */
const ask = async (query: string): Promise<void> => {
  const answer = await openEventStream(server.endpoint, query, {}, { accept: 'application/json' });
  await answer.end;
  expect(JSON.parse(answer.text).errors).toBeUndefined();
};
const clients = async (): Promise<number> => (await redis.cli('CLIENT', 'LIST')).split('\n').length;

/** Subscribers come, and are cut off: half of them at once, the others after their first event. */
const cycle = async (count: number): Promise<void> => {
  let next = 0;
  const work = async (): Promise<void> => {
    for (let n = next++; n < count; n = next++) {
      const sessionId = `s${n % SESSIONS}`;
      const transport = TRANSPORTS[n % 3] ?? 'SSE';
      const client = await openStallingClient(transport, server.endpoint, SESSION_EVENTS, { sessionId });
      if (n % 2 === 0) await eventually(() => expect(client.results()).not.toEqual([]), { interval: 2 });
      if (n % 20 === 0) {
        await ask(
          `mutation { addMessage(input: { sessionId: "${sessionId}", role: USER, text: "x" }) { message { id } } }`,
        );
      }
      client.leave();
      await client.end;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
};

it('leaves nothing open, subscribed or in memory when hundreds subscribe and are cut off', async () => {
  for (let n = 0; n < SESSIONS; n++) {
    await ask(`mutation { createSession(input: { id: "s${n}" }) { session { id } } }`);
  }
  await cycle(WARM_UP);
  await eventually(async () => expect(await redis.cli('PUBSUB', 'CHANNELS')).toBe(''));
  const before = await server.held();
  const clientsBefore = await clients();
  await cycle(CYCLES);
  await eventually(async () => {
    expect(await redis.cli('PUBSUB', 'CHANNELS')).toBe('');
    const { descriptors, heap } = await server.held();
    expect(descriptors).toBeLessThanOrEqual(before.descriptors);
    expect(heap - before.heap).toBeLessThan(HEAP_BYTES);
  });
  expect(await clients()).toBe(clientsBefore);
});
