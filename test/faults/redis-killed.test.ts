import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { dataOf, request } from '../support/graphql-request.ts';
import { followPersistently, TRANSPORTS, type PersistentFollower } from '../support/follow.ts';
import { itemsOn } from '../support/read-session.ts';
import { startRedis, type RedisServer } from '../support/redis-server.ts';
import { startServer, type ServerProcess } from '../support/server-process.ts';

const WRITERS = 20;
const SUBSCRIBERS = 20;
const KILLS = 3;
/** Writes that must be acknowledged before each kill, and after the last. */
const WRITES = 250;

const SAY = `mutation ($input: AddMessageInput!) { addMessage(input: $input) { message { cursor text } } }`;
const RETRIED = ['STORE_TIMEOUT', 'STORE_UNAVAILABLE'];

let redis: RedisServer;
let servers: readonly ServerProcess[];
beforeAll(async () => {
  redis = await startRedis({ appendonly: true });
  servers = await Promise.all([startServer({ STORE_URL: redis.url }), startServer({ STORE_URL: redis.url })]);
});
afterAll(async () => {
  await Promise.all(servers.map((server) => server.kill()));
  await redis.stop();
});

function endpoint(n: number): string {
  return servers[n % servers.length]?.endpoint ?? '';
}

interface Acknowledged {
  readonly text: string;
  readonly cursor: string;
}

it('loses nothing that was acknowledged, and every subscriber sees the log once and in order', async () => {
  await dataOf(endpoint(0), 'mutation { createSession(input: { id: "s" }) { session { id } } }');
  const followers: PersistentFollower[] = [];
  for (let n = 0; n < SUBSCRIBERS; n++) {
    // Half of them on each server, and of those a third over each transport.
    followers.push(followPersistently(TRANSPORTS[n % 3] ?? 'SSE', () => endpoint(n), 's'));
  }

  const acknowledged: Acknowledged[][] = Array.from({ length: WRITERS }, () => []);
  const count = (): number => acknowledged.reduce((sum, { length }) => sum + length, 0);
  let retries = 0;
  let writing = true;
  /** The same request, on another server each time, until it is known what became of it. */
  const write = async (writer: number, text: string): Promise<Acknowledged> => {
    const input = { sessionId: 's', role: 'USER', text, idempotencyKey: text };
    for (let tries = 0; ; tries++) {
      const { data, errors } = await request(endpoint(writer + tries), SAY, { input });
      if (errors === undefined) return data.addMessage.message;
      expect(RETRIED).toContain(errors[0]?.extensions['code']);
      retries++;
    }
  };
  const writers = acknowledged.map(async (own, writer) => {
    while (writing) own.push(await write(writer, `${writer}-${own.length}`));
  });

  const until = (total: number): Promise<void> =>
    eventually(() => expect(count()).toBeGreaterThan(total), { timeout: 20_000 });
  for (let kill = 0; kill < KILLS; kill++) {
    await until(count() + WRITES);
    await redis.kill();
    await redis.restart();
  }
  await until(count() + WRITES);
  writing = false;
  await Promise.all(writers);

  const log = await itemsOn(endpoint(0), 's');
  expect(await itemsOn(endpoint(1), 's')).toEqual(log);
  const places = new Map(log.map(({ text, cursor }, place) => [text, { place, cursor }]));
  expect(places.size).toBe(log.length);
  expect(log.length).toBe(count());
  for (const own of acknowledged) {
    for (const { text, cursor } of own) expect(places.get(text)?.cursor).toBe(cursor);
    const order = own.map(({ text }) => places.get(text)?.place ?? -1);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
  }
  expect(retries).toBeGreaterThan(0);

  const whole = log.map(({ cursor }) => cursor);
  await eventually(
    () => {
      for (const { events } of followers) expect(events.at(-1)?.cursor).toBe(whole.at(-1));
    },
    { timeout: 10_000 },
  );
  for (const { events } of followers) {
    const added = events.filter(({ __typename }) => __typename === 'ItemAdded');
    expect(added.map(({ cursor }) => cursor)).toEqual(whole);
    expect(events.map(({ __typename }) => __typename)).not.toContain('ResyncRequired');
  }
  await Promise.all(followers.map((follower) => follower.stop()));
}, 60_000);
