import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { codeOf, dataOf } from '../support/graphql-request.ts';
import { eventsOf, follow, SESSION_EVENTS, TRANSPORTS, type Follower } from '../support/follow.ts';
import { startRedis, type RedisServer } from '../support/redis-server.ts';
import { startApp, type RunningApp } from '../support/running-app.ts';

const ADD = `mutation ($input: AddMessageInput!) {
  addMessage(input: $input) { message { id cursor text } }
}`;

let redis: RedisServer;
let one: RunningApp;
let other: RunningApp;
beforeAll(async () => {
  redis = await startRedis();
  [one, other] = await Promise.all([startApp({ STORE_URL: redis.url }), startApp({ STORE_URL: redis.url })]);
});
afterAll(async () => {
  await one.stop();
  await other.stop();
  await redis.stop();
});

let count = 0;
async function newSession(): Promise<string> {
  const sessionId = `s${count++}`;
  await dataOf(one.endpoint, `mutation { createSession(input: { id: "${sessionId}" }) { session { id } } }`);
  return sessionId;
}

async function say(server: RunningApp, sessionId: string, text: string, more: object = {}): Promise<any> {
  const { addMessage } = await dataOf(server.endpoint, ADD, {
    input: { sessionId, role: 'USER', text, ...more },
  });
  return addMessage.message;
}

const textsIn = (follower: Follower): string[] =>
  eventsOf(follower).flatMap(({ item }) => (item ? [item.text] : []));

describe.each(TRANSPORTS)('two servers on one Redis, followed over %s', (transport) => {
  it('show live on each what is written on the other', async () => {
    const sessionId = await newSession();
    const followers = [one, other].map((server) =>
      follow(transport, server.endpoint, SESSION_EVENTS, { sessionId }),
    );
    for (const follower of followers) {
      await eventually(() => expect(eventsOf(follower)).toMatchObject([{ __typename: 'CaughtUp' }]));
    }
    const texts = Array.from({ length: 20 }, (_, n) => `message ${n}`);
    for (const [n, text] of texts.entries()) await say(n % 2 === 0 ? one : other, sessionId, text);
    for (const follower of followers) {
      await eventually(() => expect(textsIn(follower)).toEqual(texts));
      await follower.stop();
    }
  });

  it('tell on one that the session was deleted on the other', async () => {
    const sessionId = await newSession();
    const follower = follow(transport, one.endpoint, SESSION_EVENTS, { sessionId });
    await eventually(() => expect(eventsOf(follower)).toHaveLength(1));
    await dataOf(other.endpoint, `mutation { deleteSession(input: { id: "${sessionId}" }) { deleted } }`);
    await follower.done;
    expect(eventsOf(follower).at(-1)).toMatchObject({ __typename: 'SessionDeleted' });
  });

  it('take the cursors of a page of the other as places to go on from', async () => {
    const sessionId = await newSession();
    for (const text of ['a', 'b', 'c']) await say(one, sessionId, text);
    const { session } = await dataOf(
      one.endpoint,
      `{ session(id: "${sessionId}") { cursor messages(first: 2) { nodes { cursor } pageInfo { endCursor } } } }`,
    );
    const expected: [string, string[]][] = [
      [session.messages.nodes[0].cursor, ['b', 'c', 'd']],
      [session.messages.pageInfo.endCursor, ['c', 'd']],
      [session.cursor, ['d']],
    ];
    await say(other, sessionId, 'd');
    for (const [after, texts] of expected) {
      const follower = follow(transport, other.endpoint, SESSION_EVENTS, { sessionId, after });
      await eventually(() => expect(eventsOf(follower).at(-1)?.__typename).toBe('CaughtUp'));
      expect(textsIn(follower)).toEqual(texts);
      await follower.stop();
      const page = await dataOf(
        other.endpoint,
        `{ session(id: "${sessionId}") { messages(first: 9, after: "${after}") { nodes { text } } } }`,
      );
      expect(page.session.messages.nodes.map(({ text }: any) => text)).toEqual(texts);
    }
  });
});

describe('an idempotency key', () => {
  it('that was used on one server answers on the other with the first result', async () => {
    const sessionId = await newSession();
    const first = await say(one, sessionId, 'once', { idempotencyKey: 'k' });
    expect(await say(other, sessionId, 'once', { idempotencyKey: 'k' })).toEqual(first);
    const { session } = await dataOf(other.endpoint, `{ session(id: "${sessionId}") { messageCount } }`);
    expect(session.messageCount).toBe(1);
  });

  it('is refused on the other server with another input', async () => {
    const sessionId = await newSession();
    await say(one, sessionId, 'once', { idempotencyKey: 'k' });
    const input = { sessionId, role: 'USER', text: 'something else', idempotencyKey: 'k' };
    expect(await codeOf(other.endpoint, ADD, { input })).toBe('CONFLICT');
  });

  it('used fifty times at once on both servers writes once and answers the same', async () => {
    const sessionId = await newSession();
    const calls = Array.from({ length: 50 }, (_, n) =>
      say(n % 2 === 0 ? one : other, sessionId, 'once', { idempotencyKey: 'k' }),
    );
    const answers = await Promise.all(calls);
    expect(answers).toEqual(Array(50).fill(answers[0]));
    const { session } = await dataOf(one.endpoint, `{ session(id: "${sessionId}") { itemCount } }`);
    expect(session.itemCount).toBe(1);
  });

  it('makes one session when the creation is repeated on the other server', async () => {
    const create = 'mutation { createSession(input: { idempotencyKey: "new" }) { session { id } } }';
    const first = await dataOf(one.endpoint, create);
    expect(await dataOf(other.endpoint, create)).toEqual(first);
  });
});
