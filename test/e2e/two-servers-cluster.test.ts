import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { eventsOf, follow, SESSION_EVENTS, type Follower } from '../support/follow.ts';
import { dataOf, request } from '../support/graphql-request.ts';
import { startCluster, type RedisCluster } from '../support/redis-cluster.ts';
import { startApp, type RunningApp } from '../support/running-app.ts';

const ADD = `mutation ($input: AddMessageInput!) {
  addMessage(input: $input) { message { text } }
}`;

let cluster: RedisCluster;
let servers: readonly RunningApp[];
beforeAll(async () => {
  cluster = await startCluster({ replicas: 1 });
  const env = { STORE_URL: cluster.url };
  servers = await Promise.all([startApp(env), startApp(env)]);
});
afterAll(async () => {
  await Promise.all(servers.map((server) => server.stop()));
  await cluster.stop();
});

/** Adds a message, and repeats that as long as it may be repeated. */
async function say(server: RunningApp, text: string): Promise<void> {
  const input = { sessionId: 's', role: 'USER', text, idempotencyKey: text };
  await eventually(async () => {
    const { errors = [] } = await request(server.endpoint, ADD, { input });
    expect(errors.every(({ extensions }) => extensions['retryable'])).toBe(true);
    expect(errors).toEqual([]);
  });
}

const textsIn = (follower: Follower): string[] =>
  eventsOf(follower).flatMap(({ item }) => (item ? [item.text] : []));

it('show live on each what is written on the other, over the loss of a master, and lose and double nothing', async () => {
  const [one, other] = servers;
  if (one === undefined || other === undefined) throw new Error('There are two servers.');
  await dataOf(one.endpoint, 'mutation { createSession(input: { id: "s" }) { session { id } } }');
  const followers = [
    follow('WebSocket', one.endpoint, SESSION_EVENTS, { sessionId: 's' }),
    follow('WebSocket', other.endpoint, SESSION_EVENTS, { sessionId: 's' }),
  ];
  for (const follower of followers) {
    await eventually(() => expect(eventsOf(follower)).toMatchObject([{ __typename: 'CaughtUp' }]));
  }
  const texts = Array.from({ length: 30 }, (_, n) => `message ${n}`);
  for (const [n, text] of texts.entries()) {
    if (n === 10) await (await cluster.ownerOf('as:{s}')).kill();
    await say(n % 2 === 0 ? one : other, text);
  }
  for (const follower of followers) {
    await eventually(() => expect(textsIn(follower)).toEqual(texts));
    await follower.stop();
  }
});
