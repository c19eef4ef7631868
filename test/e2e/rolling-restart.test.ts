import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { followPersistently } from '../support/follow.ts';
import { request } from '../support/graphql-request.ts';
import { startRedis, type RedisServer } from '../support/redis-server.ts';
import { startServer, type ServerProcess } from '../support/server-process.ts';

const SAY = `mutation ($text: String!, $key: String!) {
  addMessage(input: { sessionId: "s", role: USER, text: $text, idempotencyKey: $key }) { message { text } }
}`;

let redis: RedisServer;
/** The servers that a load balancer would ask now. */
const servers: ServerProcess[] = [];
const start = (): Promise<ServerProcess> => startServer({ STORE_URL: redis.url });
beforeAll(async () => {
  redis = await startRedis();
  servers.push(...(await Promise.all([start(), start(), start()])));
});
afterAll(async () => {
  await Promise.all(servers.map((server) => server.kill()));
  await redis.stop();
});

/** As a load balancer: one after the other. */
let turn = 0;
const next = (): string => servers[turn++ % servers.length]?.endpoint ?? '';

/** As a client that tries again: with the same key, on whichever server it is sent to. */
async function say(text: string, failures: string[]): Promise<void> {
  const key = randomUUID();
  for (let tries = 0; tries < 20; tries++) {
    const answer = await request(next(), SAY, { text, key }).catch(() => null);
    if (answer?.errors === undefined && answer !== null) return;
    if (answer?.errors?.some(({ extensions }) => extensions['retryable'] !== true)) {
      failures.push(JSON.stringify(answer.errors));
      return;
    }
  }
  failures.push(`${text} was tried twenty times`);
}

it('a rolling restart of three servers under load is no error to clients that try again', async () => {
  await request(next(), 'mutation { createSession(input: { id: "s" }) { session { id } } }');
  const failures: string[] = [];
  const said: string[] = [];
  let over = false;
  const writers = Array.from({ length: 6 }, async (_, writer) => {
    for (let n = 0; !over; n++) {
      const text = `${writer}-${n}`;
      await say(text, failures);
      said.push(text);
    }
  });
  const followers = (['WebSocket', 'SSE', 'multipart'] as const).map((transport) =>
    followPersistently(transport, next, 's'),
  );
  const seen = (index: number): unknown[] =>
    followers[index]?.events.flatMap(({ item }) => (item ? [item.text] : [])) ?? [];
  await eventually(() => expect(said.length).toBeGreaterThan(50), { timeout: 10_000 });
  for (let n = 0; n < 3; n++) {
    // The new one is ready before the old one is told to end, as load balancers and Kubernetes do it.
    const started = await start();
    expect((await fetch(`${started.url}/ready`)).status).toBe(200);
    const old = servers.shift();
    servers.push(started);
    expect(await old?.terminate()).toMatchObject({ code: 0, signal: null, stderr: '' });
  }
  const before = said.length;
  await eventually(() => expect(said.length).toBeGreaterThan(before + 20), { timeout: 10_000 });
  over = true;
  await Promise.all(writers);
  expect(failures).toEqual([]);
  for (const index of followers.keys()) {
    await eventually(() => expect(seen(index)).toHaveLength(said.length), { timeout: 10_000 });
    // Each once, whatever was cut, in one order for all.
    expect(new Set(seen(index))).toEqual(new Set(said));
    expect(seen(index)).toEqual(seen(0));
  }
  expect(followers.some(({ interruptions }) => interruptions > 0)).toBe(true);
  for (const follower of followers) await follower.stop();
});
