import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requestIdOf } from '../../src/transport/request-id.ts';
import { ACCEPT_MULTIPART } from '../support/event-stream.ts';
import { eventually } from '../support/eventually.ts';
import { httpAnswer, type HttpAnswer } from '../support/http-answer.ts';
import { openSocket } from '../support/raw-socket.ts';
import { startRedis, type RedisServer } from '../support/redis-server.ts';
import { startApp, type RunningApp } from '../support/running-app.ts';

const FAILING = 'mutation { deleteSession(input: { id: "s", userId: 1 }) { deleted } }';
const MISSING = 'mutation { clearSession(input: { id: "none" }) { session { id } } }';
const FOLLOW = 'subscription { sessionEvents(sessionId: "none") { __typename } }';

let redis: RedisServer;
let server: RunningApp;
beforeAll(async () => {
  redis = await startRedis();
  // What the store finds there is a fault that no client can be to blame for.
  await redis.cli('SET', 'as:{broken}', 'of the wrong type');
  server = await startApp({ STORE_URL: redis.url });
});
afterAll(async () => {
  await server.stop();
  await redis.stop();
});

function post(query: string, headers: Readonly<Record<string, string>> = {}): Promise<HttpAnswer> {
  return httpAnswer(server.endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
  });
}

describe('the id of a request (PROTOCOL 7.5)', () => {
  it.each([
    ['an answer', '{ viewer { kind } }', 'application/json'],
    ['a refusal', FAILING, 'application/graphql-response+json'],
    ['a refusal of older clients', FAILING, 'application/json'],
    ['an error beside data', MISSING, 'application/json'],
    ['server-sent events', FOLLOW, 'text/event-stream'],
    ['multipart HTTP', FOLLOW, ACCEPT_MULTIPART],
  ])('comes back in the header, and in every error: %s', async (_what, query, accept) => {
    const { headers, body } = await post(query, { accept, 'x-request-id': 'Proxy.1-a_b' });
    expect(headers['x-request-id']).toBe('Proxy.1-a_b');
    const errors = body.match(/"retryable":/g)?.length ?? 0;
    expect(errors > 0).toBe(query !== '{ viewer { kind } }');
    expect(body.match(/"requestId":"Proxy\.1-a_b"/g)?.length ?? 0).toBe(errors);
  });

  it.each(['/', '/health', '/ready', '/metrics', '/none'])('is in the answer of %s', async (path) => {
    const { headers } = await httpAnswer(`${server.url}${path}`, { headers: { 'x-request-id': 'mine' } });
    expect(headers['x-request-id']).toBe('mine');
  });

  it.each([
    ['no header', {}],
    ['nothing', { 'x-request-id': '' }],
    ['a sentence', { 'x-request-id': 'two words' }],
    ['what would be markup', { 'x-request-id': '<b>' }],
    ['a novel', { 'x-request-id': 'a'.repeat(129) }],
  ])('is a new one, for each request, where the client sent %s', async (_what, headers) => {
    const answers = [await post(MISSING, headers), await post(MISSING, headers)];
    const ids = answers.map((answer) => answer.headers['x-request-id']);
    for (const [index, { body }] of answers.entries()) {
      expect(ids[index]).toMatch(/^[0-9a-f]{16}$/);
      expect(JSON.parse(body).errors[0].extensions.requestId).toBe(ids[index]);
    }
    expect(new Set(ids).size).toBe(2);
  });

  it('has up to 128 letters, digits, dots, dashes and underscores', () => {
    const longest = 'aZ09._-'.repeat(18).slice(0, 128).padEnd(128, 'x');
    expect(requestIdOf(longest, () => 'new')).toBe(longest);
    for (const given of [undefined, ['a'], `${longest}x`, 'a\n', 'ä']) {
      expect(requestIdOf(given, () => 'new')).toBe('new');
    }
  });

  it('is each operation’s own on a WebSocket, and that of its line in the log', async () => {
    const socket = await openSocket(server.endpoint, undefined, { headers: { 'x-request-id': 'upgrade' } });
    await socket.init();
    for (const [index, query] of [MISSING, FAILING, FOLLOW, FOLLOW].entries()) {
      socket.subscribe(String(index), query);
    }
    const told = (): any[] =>
      socket.messages.flatMap(({ type, payload }) => (type === 'error' ? payload : (payload?.errors ?? [])));
    await eventually(() => expect(told()).toHaveLength(4));
    const ids = told().map(({ extensions }) => extensions.requestId);
    expect(new Set(ids).size).toBe(4);
    await eventually(() => {
      const logged = server.requests.filter(({ requestId }) => ids.includes(requestId));
      const codes = ids.map((id) => logged.find(({ requestId }) => requestId === id)?.['code']);
      expect(codes).toEqual(told().map(({ extensions }) => extensions.code));
    });
    socket.terminate();
  });

  it.each(['application/json', 'text/event-stream'])(
    'is known to programs that have the server in their process: %s',
    async (accept) => {
      for (const body of [JSON.stringify({ query: MISSING }), '{ no JSON', '{}']) {
        const response = await server.app.fetch('http://app/graphql', {
          method: 'POST',
          headers: { 'content-type': 'application/json', accept, 'x-request-id': 'inside' },
          body,
        });
        expect(response.headers.get('x-request-id')).toBe('inside');
        expect(await response.text()).toContain('"requestId":"inside"');
      }
    },
  );

  it('stands beside the server’s own fault in the log', async () => {
    const { body } = await post('{ session(id: "broken") { id } }', { 'x-request-id': 'faulty' });
    expect(JSON.parse(body).errors).toMatchObject([
      { extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: 'faulty' } },
    ]);
    expect(server.logs).toContainEqual(
      expect.objectContaining({ msg: 'A fault that was not expected', requestId: 'faulty' }),
    );
  });
});
