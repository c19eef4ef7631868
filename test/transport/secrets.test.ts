import { afterAll, beforeAll, expect, it } from 'vitest';
import { createLogger } from '../../src/cli/logger.ts';
import { ACCEPT_MULTIPART } from '../support/event-stream.ts';
import { eventually } from '../support/eventually.ts';
import { SESSION_EVENTS } from '../support/follow.ts';
import { httpAnswer } from '../support/http-answer.ts';
import { openSocket } from '../support/raw-socket.ts';
import { startRedis, type RedisServer } from '../support/redis-server.ts';
import { startApp, type RunningApp } from '../support/running-app.ts';
import { knock } from './auth/callers.ts';
import { JWT_ENV, token } from './auth/tokens.ts';

const JWT_SECRET = 'planted-secret-that-signs-all-tokens';
const KEY = 'planted-service-key-000000';
const PASSWORD = 'planted-password-of-redis';

let redis: RedisServer;
let server: RunningApp;
beforeAll(async () => {
  redis = await startRedis();
  // A key of the wrong type: what Redis says to it is no answer that the store knows.
  await redis.cli('SET', 'as:{broken}', 'planted-value');
  await redis.cli('CONFIG', 'SET', 'requirepass', PASSWORD);
  server = await startApp({
    ...JWT_ENV,
    AUTH: 'keys,jwt',
    JWT_SECRET,
    SERVICE_KEYS: KEY,
    STORE_URL: redis.url.replace('redis://', `redis://:${PASSWORD}@`),
    LOG_LEVEL: 'trace',
  });
});
afterAll(async () => {
  await server.stop();
  await redis.stop();
});

const CREATE = 'mutation ($input: CreateSessionInput!) { createSession(input: $input) { session { id } } }';
const SAY = 'mutation ($input: AddMessageInput!) { addMessage(input: $input) { message { text } } }';
const ITEMS = 'mutation ($input: AddItemsInput!) { addItems(input: $input) { items { id } } }';
const START = 'mutation ($input: StartMessageInput!) { startMessage(input: $input) { draft { id } } }';
const APPEND = 'mutation ($input: AppendToMessageInput!) { appendToMessage(input: $input) { draft { id } } }';
const say = (sessionId: string): object => ({
  query: SAY,
  variables: {
    input: {
      sessionId,
      role: 'USER',
      text: 'planted-text',
      metadata: { a: 'planted-metadata' },
      idempotencyKey: 'planted-idempotency-key',
    },
  },
});

/** Everything that goes well, and everything that does not; each holds something that no log may. */
const requests: readonly object[] = [
  { query: CREATE, variables: { input: { id: 's', userId: 'planted-user', title: 'planted-title' } } },
  say('s'),
  say('absent'),
  say('broken'),
  { query: START, variables: { input: { sessionId: 'broken', agent: 'planted-agent' } } },
  { query: ITEMS, variables: { input: { sessionId: 's', items: [{ type: 'x', secret: 'planted-item' }] } } },
  {
    query: ITEMS,
    variables: { input: { sessionId: 'broken', items: [{ type: 'x', secret: 'planted-item' }] } },
  },
  { query: ITEMS, variables: { input: { sessionId: 's', items: [{ secret: 'planted-item' }] } } },
  {
    query: APPEND,
    variables: { input: { sessionId: 'broken', draftId: 'd', text: 'planted-piece', offset: 0 } },
  },
  { query: SAY, variables: { input: { text: { secret: 'planted-variable' } } } },
  { query: '{ session(id: "broken") { title items { nodes { raw } } } }' },
  { query: '{ node(id: "planted-id:1-1") { id } }' },
  { query: 'query { planted-syntax' },
  { query: '{ plantedField }' },
  { query: '{ viewer { kind } } # planted-comment' },
  { query: SESSION_EVENTS, variables: { sessionId: 's', after: 'planted-cursor' } },
  { query: SESSION_EVENTS, variables: { sessionId: 'broken', after: '0' } },
  { query: 'planted-query', variables: 'planted-variables' },
];

it('a log tells nothing of what it must not hold, over all transports, at level trace', async () => {
  const bearers = [
    `Bearer ${KEY}`,
    `Bearer ${await token({ sub: 'planted-user' }, { key: Buffer.from(JWT_SECRET) })}`,
    `Bearer ${await token({ sub: 'planted-user' })}`,
    `Basic ${Buffer.from('planted:planted').toString('base64')}`,
    'Bearer planted.bearer.token',
  ];
  for (const authorization of bearers) {
    const headers = {
      authorization,
      cookie: 'session=planted-cookie',
      'content-type': 'application/json',
      'x-request-id': 'planted id',
      traceparent: 'planted-trace',
    };
    for (const accept of [
      'application/json',
      'application/graphql-response+json',
      'text/event-stream',
      ACCEPT_MULTIPART,
    ]) {
      for (const asked of requests) {
        await httpAnswer(server.endpoint, {
          method: 'POST',
          headers: { ...headers, accept },
          body: JSON.stringify(asked),
        });
      }
      await httpAnswer(`${server.endpoint}?query={session(id:"planted")}&token=planted-token`, {
        headers: { ...headers, accept },
      });
    }
    for (const asked of requests) {
      const body = JSON.stringify(asked);
      await (await server.app.fetch('http://app/graphql', { method: 'POST', headers, body })).text();
    }
    await httpAnswer(server.endpoint, { method: 'POST', headers, body: '{"planted-no-json' });
    await knock(server, { payload: { authorization, extra: 'planted-payload' } });
  }
  const socket = await openSocket(server.endpoint, undefined, {
    headers: { authorization: `Bearer ${KEY}` },
  });
  await socket.init();
  for (const [index, payload] of requests.slice(0, -1).entries()) {
    socket.send({ id: String(index), type: 'subscribe', payload });
    await eventually(() => expect(socket.of(String(index)).length).toBeGreaterThan(0));
  }
  for (const path of ['/metrics?token=planted', '/planted', '/assets/planted', '/health?planted']) {
    await httpAnswer(`${server.url}${path}`);
  }
  socket.send('planted-message-that-is-no-json');
  await socket.closed;

  await redis.kill();
  const headers = { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' };
  await Promise.all(
    requests.map((asked) =>
      httpAnswer(server.endpoint, { method: 'POST', headers, body: JSON.stringify(asked) }),
    ),
  );
  await eventually(() => {
    const said = server.logs.map(({ msg }) => msg);
    expect(said).toContain('A fault that was not expected');
    expect(said).toContain('No connection to Redis');
  });
  expect(server.requests.length).toBeGreaterThan(500);
  expect(server.requests).toContainEqual(expect.objectContaining({ field: 'addMessage', code: 'OK' }));
  const logged = [...server.logs, ...server.requests]
    .map((line) => JSON.stringify(line))
    .filter((line) => /planted|cGxhbnRlZ/.test(line));
  expect(logged).toEqual([]);
});

it('a log tells of a text that cannot be parsed, and not what it says', () => {
  const lines: string[] = [];
  const log = createLogger('trace', { write: (line: string) => void lines.push(line) });
  for (const text of ['planted', '{"planted": planted}', '{"a":"planted', `${'x'.repeat(50)}planted`]) {
    try {
      JSON.parse(text);
    } catch (error) {
      log.error({ err: error }, 'x');
      log.error({ err: new Error('outer', { cause: error }) }, 'x');
    }
  }
  expect(lines).toHaveLength(8);
  expect(lines.join('')).not.toMatch(/planted|xxx/);
  for (const line of lines) expect(line).toMatch(/"type":"SyntaxError".*secrets\.test/);
});
