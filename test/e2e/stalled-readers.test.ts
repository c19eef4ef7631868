import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { openEventStream } from '../support/event-stream.ts';
import { follow, TRANSPORTS } from '../support/follow.ts';
import { dataOf } from '../support/graphql-request.ts';
import { startMeasuredServer, type MeasuredServer } from '../support/measured-server.ts';
import { itemsOn } from '../support/read-session.ts';
import { startRedis, type RedisServer } from '../support/redis-server.ts';
import { openStallingClient, type StallingClient } from '../support/stalling-client.ts';

const MESSAGES = 1_000;
const BATCH = 10;
const TEXT = 'x'.repeat(16 * 1024);
/** Stalled readers on each transport. */
const STALLED = 12;
const STALL_MS = 2_500;
const HEAP_OF_ONE = 256 * 1024;
const PATIENTLY = { timeout: 30_000, interval: 50 };

const FOLLOW = `subscription ($after: String) { messageAdded(sessionId: "s", after: $after) { cursor text } }`;
const CURSORS = FOLLOW.replace(' text', '');
const ADD = 'mutation ($input: AddItemsInput!) { addItems(input: $input) { session { cursor } } }';

let redis: RedisServer;
let server: MeasuredServer;
beforeAll(async () => {
  redis = await startRedis();
  server = await startMeasuredServer({ STORE_URL: redis.url, LIMIT_STALL_MS: String(STALL_MS) });
});
afterAll(async () => {
  await server.stop();
  await redis.stop();
});

const add = async (count: number): Promise<void> => {
  const items = Array.from({ length: count }, () => ({ role: 'user', content: TEXT }));
  // On a connection of its own that is not kept, so that descriptors can be counted.
  const answer = await openEventStream(
    server.endpoint,
    ADD,
    { input: { sessionId: 's', items } },
    { accept: 'application/json' },
  );
  expect([await answer.end, answer.status]).toEqual(['ended', 200]);
};
const cursorsOf = (results: readonly any[]): string[] => results.map(({ data }) => data.messageAdded.cursor);

it('readers that stand still cost next to nothing, are cut, and come back to all that they missed', async () => {
  const { endpoint } = server;
  await dataOf(endpoint, 'mutation { createSession(input: { id: "s" }) { session { id } } }');
  await add(1);
  const reading = follow('SSE', endpoint, FOLLOW, { after: '0' });
  const clients: { readonly transport: (typeof TRANSPORTS)[number]; readonly client: StallingClient }[] = [];
  for (const transport of TRANSPORTS) {
    for (let n = 0; n < STALLED; n++) {
      const client = await openStallingClient(transport, endpoint, FOLLOW, { after: '0' });
      clients.push({ transport, client });
    }
  }
  await eventually(() => {
    for (const { client } of clients) expect(client.results()).toHaveLength(1);
  });
  for (const { client } of clients) client.pause();
  const before = await server.held();

  for (let n = 0; n < MESSAGES - BATCH; n += BATCH) await add(BATCH);
  await eventually(() => expect(reading.results).toHaveLength(MESSAGES - BATCH + 1), PATIENTLY);
  const stalled = await server.held();
  expect((stalled.heap - before.heap) / clients.length).toBeLessThan(HEAP_OF_ONE);
  await add(BATCH);

  // The streams are cut; the sockets are told, and have some time to hear it.
  await eventually(async () => {
    const { descriptors } = await server.held();
    expect(descriptors).toBeLessThanOrEqual(before.descriptors - 2 * STALLED);
  }, PATIENTLY);
  for (const { client } of clients) client.resume();
  for (const { transport, client } of clients) {
    expect(await client.end).toBe(transport === 'WebSocket' ? 1013 : 'broken');
  }

  const log = (await itemsOn(endpoint, 's')).map(({ cursor }) => cursor);
  expect(cursorsOf(reading.results)).toEqual(log);
  await Promise.all(
    clients.map(async ({ transport, client }) => {
      const first = cursorsOf(client.results());
      expect(first.length).toBeLessThan(log.length);
      const back = follow(transport, endpoint, CURSORS, { after: first.at(-1) });
      await eventually(
        () => expect(first.length + back.results.length).toBeGreaterThanOrEqual(log.length),
        PATIENTLY,
      );
      expect([...first, ...cursorsOf(back.results)]).toEqual(log);
      await back.stop();
    }),
  );
  await reading.stop();
}, 90_000);

it('readers that stop in the middle of what they missed cost as little', async () => {
  const before = await server.held();
  const clients: StallingClient[] = [];
  for (let n = 0; n < STALLED; n++) {
    const client = await openStallingClient('SSE', server.endpoint, FOLLOW, { after: '0' });
    client.pause();
    clients.push(client);
  }
  let most = 0;
  await eventually(async () => {
    const { heap, descriptors } = await server.held();
    most = Math.max(most, heap);
    expect(descriptors).toBeLessThanOrEqual(before.descriptors);
  }, PATIENTLY);
  expect((most - before.heap) / clients.length).toBeLessThan(HEAP_OF_ONE);
  for (const client of clients) client.leave();
});
