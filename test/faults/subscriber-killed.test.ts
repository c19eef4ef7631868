import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { eventsOf, follow, SESSION_EVENTS, TRANSPORTS, type Transport } from '../support/follow.ts';
import { dataOf } from '../support/graphql-request.ts';
import { itemsOn } from '../support/read-session.ts';
import { startRedis, type RedisServer } from '../support/redis-server.ts';
import { startServer, type ServerProcess } from '../support/server-process.ts';

const EVENTS = 20_000;
const BATCH = 45;
/** Single messages between two batches. */
const SINGLES = 5;
const KILL_EVERY_MS = 300;

const ADD = 'mutation ($input: AddItemsInput!) { addItems(input: $input) { session { itemCount } } }';
const SAY = 'mutation ($input: AddMessageInput!) { addMessage(input: $input) { session { itemCount } } }';

let redis: RedisServer;
let server: ServerProcess;
beforeAll(async () => {
  redis = await startRedis();
  server = await startServer({ STORE_URL: redis.url });
});
afterAll(async () => {
  await server.kill();
  await redis.stop();
});

it('delivers every event once and in order while the connection for wake-ups is killed again and again', async () => {
  const { endpoint } = server;
  await dataOf(endpoint, 'mutation { createSession(input: { id: "s" }) { session { id } } }');
  const followers = TRANSPORTS.map((transport) =>
    follow(transport, endpoint, SESSION_EVENTS, { sessionId: 's' }),
  );
  const cut: Transport[] = [];
  for (const [n, { done }] of followers.entries()) {
    const report = (): void => void cut.push(TRANSPORTS[n] ?? 'SSE');
    done.then(report, report);
  }
  for (const follower of followers) await eventually(() => expect(eventsOf(follower)).toHaveLength(1));

  let kills = 0;
  const killer = setInterval(() => {
    redis.cli('CLIENT', 'KILL', 'TYPE', 'pubsub').then(
      (killed) => void (kills += Number(killed)),
      () => undefined,
    );
  }, KILL_EVERY_MS);
  let written = 0;
  while (written < EVENTS) {
    const texts = Array.from({ length: BATCH }, (_, n) => ({ role: 'user', content: String(written + n) }));
    await dataOf(endpoint, ADD, { input: { sessionId: 's', items: texts } });
    written += BATCH;
    for (let n = 0; n < SINGLES; n++) {
      await dataOf(endpoint, SAY, { input: { sessionId: 's', role: 'USER', text: String(written) } });
      written++;
    }
  }
  clearInterval(killer);

  const caughtUp = 1;
  await eventually(
    () => {
      for (const { results } of followers) expect(results).toHaveLength(EVENTS + caughtUp);
    },
    { timeout: 15_000, interval: 100 },
  );
  expect(cut).toEqual([]);
  expect(kills).toBeGreaterThan(5);
  const log = await itemsOn(endpoint, 's');
  expect(log.map(({ text }) => text)).toEqual(Array.from({ length: EVENTS }, (_, n) => String(n)));
  const whole = log.map(({ cursor }) => cursor);
  for (const follower of followers) {
    const events = eventsOf(follower).slice(caughtUp);
    expect(events.map(({ cursor }) => cursor)).toEqual(whole);
    expect(events.every(({ __typename }) => __typename === 'ItemAdded')).toBe(true);
  }
  await Promise.all(followers.map((follower) => follower.stop()));
}, 60_000);
