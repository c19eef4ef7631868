import { Socket } from 'node:net';
import type * as GraphQL from 'graphql';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { OperationExecutor } from '../../src/graphql/execution/executor.ts';
import { eventually } from '../support/eventually.ts';
import { dataOf } from '../support/graphql-request.ts';
import { startRedis, type RedisServer } from '../support/redis-server.ts';
import { startApp, type RunningApp } from '../support/running-app.ts';

/** How often GraphQL's own functions are called; they do their work as ever. */
const calls = vi.hoisted(() => ({ parse: 0, execute: 0 }));
vi.mock('graphql', async (importOriginal) => {
  const original = await importOriginal<typeof GraphQL>();
  const parse: typeof GraphQL.parse = (...given) => (calls.parse++, original.parse(...given));
  const execute: typeof GraphQL.execute = (...given) => (calls.execute++, original.execute(...given));
  return { ...original, parse, execute };
});
/** Executions, in whichever way. */
const executions = vi.spyOn(OperationExecutor.prototype, 'execute');

/** Writes to the system, by the port of who is written to. */
const writes = new Map<number | undefined, number>();
const write = Socket.prototype.write;
vi.spyOn(Socket.prototype, 'write').mockImplementation(function (this: Socket, ...given: unknown[]) {
  writes.set(this.remotePort, (writes.get(this.remotePort) ?? 0) + 1);
  return Reflect.apply(write, this, given);
});

const SAY =
  'mutation ($id: ID!, $text: String!) { addMessage(input: { sessionId: $id, role: USER, text: $text }) { message { id } } }';
const FOLLOW = 'subscription ($id: ID!) { messageAdded(sessionId: $id) { id text cursor } }';
const FOLLOWERS = 20;
const MESSAGES = 10;
/** A look at the watched sessions would be counted with the rest. */
const NEVER = 2 ** 30;

let redis: RedisServer;
let app: RunningApp;
let sessions = 0;
let id: string;
beforeAll(async () => {
  redis = await startRedis();
  app = await startApp({ STORE_URL: redis.url }, { pollMs: NEVER });
});
afterAll(async () => {
  await app.stop();
  await redis.stop();
});
beforeEach(async () => {
  id = `s${sessions++}`;
  await dataOf(app.endpoint, 'mutation ($id: ID!) { createSession(input: { id: $id }) { session { id } } }', {
    id,
  });
});

const say = (text: string) => dataOf(app.endpoint, SAY, { id, text });

interface Follower {
  readonly results: string[];
  /** That have come, of whatever. */
  bytes(): number;
  /** Writes of the server to it. */
  writes(): number;
  leave(): void;
}

/** One who follows the session, and has heard something. */
async function follow(query = FOLLOW): Promise<Follower> {
  const socket = new WebSocket(app.endpoint.replace('http', 'ws'), 'graphql-transport-ws');
  const results: string[] = [];
  let stream: Socket | undefined;
  socket.once('upgrade', (response) => (stream = response.socket));
  socket.once('open', () => socket.send('{"type":"connection_init"}'));
  socket.on('message', (data) => {
    const text = Buffer.isBuffer(data) ? data.toString() : '';
    if (text.includes('"next"')) results.push(text);
    else socket.send(JSON.stringify({ id: 'a', type: 'subscribe', payload: { query, variables: { id } } }));
  });
  // A subscription has begun when it hears what is said.
  await eventually(async () => {
    await say('Are you there?');
    expect(results.length).toBeGreaterThan(0);
  });
  return {
    results,
    bytes: () => stream?.bytesRead ?? 0,
    writes: () => writes.get(stream?.localPort) ?? 0,
    leave: () => socket.terminate(),
  };
}

async function company(queries: readonly string[]): Promise<Follower[]> {
  const followers: Follower[] = [];
  for (const query of queries) followers.push(await follow(query));
  await say('All here.');
  await eventually(() => {
    for (const { results } of followers) expect(results.at(-1)).toContain('All here.');
  });
  return followers;
}

/** Says some messages, and waits until everybody has heard the last. */
async function converse(followers: readonly { readonly results: string[] }[]): Promise<void> {
  for (let n = 1; n <= MESSAGES; n++) await say(`Message ${n}.`);
  await eventually(() => {
    for (const { results } of followers) expect(results.at(-1)).toContain(`Message ${MESSAGES}.`);
  });
}

it('asks Redis once for an append, and for its delivery to many not at all', async () => {
  const followers = await company(Array.from({ length: FOLLOWERS }, () => FOLLOW));
  await redis.cli('CONFIG', 'RESETSTAT');
  await converse(followers);
  const stats = await redis.cli('INFO', 'commandstats');
  const counted = [...stats.matchAll(/^cmdstat_([a-z|]+):calls=(\d+)/gm)].flatMap(([, name, count]) =>
    // The watchdog of the connection for wake-ups, and this test.
    name === 'ping' || name?.startsWith('config') ? [] : [[name, Number(count) / MESSAGES]],
  );
  // All but the first are what the script does within Redis.
  expect(Object.fromEntries(counted)).toEqual({
    evalsha: 1,
    hmget: 1,
    xadd: 3,
    hset: 1,
    zadd: 1,
    publish: 2,
  });
  for (const { leave } of followers) leave();
});

it('executes a subscription once for each event and document, whoever many follow', async () => {
  const other = FOLLOW.replace(' text', ' role text');
  const followers = await company(
    Array.from({ length: FOLLOWERS }, (_, n) => (n % 2 === 0 ? FOLLOW : other)),
  );
  const [before, looked] = [executions.mock.calls.length, calls.execute];
  await converse(followers);
  // One for each mutation, one for each of two documents.
  expect(executions.mock.calls.length - before).toBe(MESSAGES * 3);
  // None of them looks its selections up again.
  expect(calls.execute).toBe(looked);
  for (const { leave } of followers) leave();
});

it('parses a document once, however often and by whatever way it comes', async () => {
  const first = await follow();
  const before = calls.parse;
  const more = await company(Array.from({ length: 5 }, () => FOLLOW));
  await converse([...more]);
  expect(calls.parse).toBe(before);
  for (const { leave } of [first, ...more]) leave();
});

it.each([20, 20_000])('sends %i characters with little around them', async (length) => {
  const follower = await follow();
  // Nothing else is on its way.
  await converse([follower]);
  const before = follower.bytes();
  const text = 'x'.repeat(length);
  await say(text);
  await eventually(() => expect(follower.results.at(-1)).toContain(text));
  // The id, the cursor and the names of fields, and what WebSocket puts before a message or two parts of one.
  expect(follower.bytes() - before - length).toBeLessThan(200);
  expect(follower.bytes() - before - (follower.results.at(-1)?.length ?? 0)).toBeLessThanOrEqual(8);
  follower.leave();
});

const SAY_ALL =
  'mutation ($id: ID!, $items: [JSONObject!]!) { addItems(input: { sessionId: $id, items: $items }) { session { id } } }';
const items = Array.from({ length: 50 }, (_, n) => ({
  type: 'message',
  role: 'user',
  content: `Item ${n}.`,
}));

it('writes to each follower once for all that has come at once, and executes each event once', async () => {
  const followers = await company(Array.from({ length: FOLLOWERS }, () => FOLLOW));
  const before = followers.map((follower) => follower.writes());
  const executed = executions.mock.calls.length;
  await dataOf(app.endpoint, SAY_ALL, { id, items });
  await eventually(() => {
    for (const { results } of followers) expect(results.at(-1)).toContain('Item 49.');
  });
  expect(followers.map((follower, n) => follower.writes() - (before[n] ?? 0))).toEqual(
    followers.map(() => 1),
  );
  expect(executions.mock.calls.length - executed).toBe(1 + items.length);
  for (const { leave } of followers) leave();
});

it('writes to one who was away as much at once as may be', async () => {
  for (let n = 0; n < 10; n++) await dataOf(app.endpoint, SAY_ALL, { id, items });
  const before = await follow();
  const follower = await follow(FOLLOW.replace('sessionId: $id', 'sessionId: $id, after: "0"'));
  await eventually(() => expect(follower.results.length).toBeGreaterThan(500));
  // The acknowledgement, a turn for each page of the log, and what was asked since.
  expect(follower.writes() - 1).toBeLessThan(15);
  for (const { leave } of [before, follower]) leave();
});
