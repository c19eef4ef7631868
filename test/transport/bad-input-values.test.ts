import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startCountingServer, type CountingServer } from '../support/counting-server.ts';
import { dataOf } from '../support/graphql-request.ts';
import { startApp, type RunningApp } from '../support/running-app.ts';
import { WAYS, type Told, type WayName } from '../support/ways.ts';

const SECRET = 'hunter2-swordfish';
const ALL = Object.keys(WAYS) as WayName[];
/** Mutations do not come by GET. */
const WRITING = ALL.filter((way) => !way.endsWith('GET'));
const deep = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;

describe('variables that do not fit', () => {
  let server: CountingServer;
  beforeAll(async () => {
    server = await startCountingServer();
  });
  afterAll(async () => {
    await server.close();
  });
  beforeEach(() => {
    server.calls.splice(0);
  });

  const ROWS: readonly (readonly [string, string, string, readonly (string | number)[]])[] = [
    [
      'another type',
      'query ($id: ID!) { session(id: $id) { id } }',
      `{"id":{"password":"${SECRET}"}}`,
      ['id'],
    ],
    ['nothing', 'query ($id: ID!) { session(id: $id) { id } }', '{}', ['id']],
    ['lists, 5,000 deep', 'query ($id: ID!) { session(id: $id) { id } }', `{"id":${deep(5_000)}}`, ['id']],
    [
      'no value of an enum',
      'query ($r: [MessageRole!]) { session(id: "s") { messages(roles: $r) { nodes { id } } } }',
      `{"r":["USER","${SECRET}"]}`,
      ['r', 1],
    ],
    [
      'a number that is too large',
      'query ($n: Int) { sessions(first: $n) { nodes { id } } }',
      '{"n":1e400}',
      ['n'],
    ],
    [
      'a subscription’s session of another type',
      'subscription ($id: ID!) { sessionEvents(sessionId: $id) { cursor } }',
      `{"id":["${SECRET}"]}`,
      ['id'],
    ],
    [
      'a subscription’s place of another type',
      'subscription ($a: String) { sessionEvents(sessionId: "s", after: $a) { cursor } }',
      `{"a":{"${SECRET}":1}}`,
      ['a'],
    ],
  ];

  describe.each(ALL)('over %s', (way) => {
    it.each(ROWS)(
      'are told where, not what, and nothing is done: %s',
      async (_what, query, variables, path) => {
        const body = `{"query":${JSON.stringify(query)},"variables":${variables}}`;
        const { status, errors, text } = await WAYS[way](server, body, 'ada');
        expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', retryable: false, path } }]);
        if (['POST', 'GET', 'fetch in this process'].includes(way)) expect(status).toBe(400);
        expect(text).not.toContain(SECRET);
        expect(server.calls).toEqual([]);
      },
    );
  });

  it.each(ALL)('hold none that the operation does not declare: %s', async (way) => {
    const body = `{"query":"query ($id: ID!) { session(id: $id) { id } }","variables":{"id":"s","junk":${deep(5_000)}}}`;
    expect(await WAYS[way](server, body, 'ada')).toMatchObject({
      errors: [{ extensions: { code: 'NOT_FOUND' } }],
    });
    expect(server.calls).toEqual(['sessions.get']);
  });
});

describe('values that can never be accepted', () => {
  let app: RunningApp;
  let server: { readonly endpoint: string; readonly fetch: (request: Request) => Promise<Response> };
  beforeAll(async () => {
    app = await startApp({ NODE_ENV: 'production' });
    server = { endpoint: app.endpoint, fetch: (request) => app.app.fetch(request) };
    await dataOf(app.endpoint, 'mutation { createSession(input: { id: "s" }) { session { id } } }');
    await dataOf(
      app.endpoint,
      'mutation { addItems(input: { sessionId: "s", items: [{ type: "x" }] }) { __typename } }',
    );
  });
  afterAll(async () => {
    await app.stop();
  });

  const ask = (way: WayName, query: string, variables: string): Promise<Told> =>
    WAYS[way](server, `{"query":${JSON.stringify(query)},"variables":${variables}}`);
  const codes = ({ errors = [] }: Told): unknown[] => errors.map(({ extensions }) => extensions.code);

  describe.each(ALL)('are refused in queries over %s', (way) => {
    it.each([
      ['first: 0', 'sessions(first: 0)'],
      ['first: -1', 'sessions(first: -1)'],
      ['101 sessions', 'sessions(first: 101)'],
      ['first with last', 'sessions(first: 1, last: 1)'],
      ['a cursor that is none', `sessions(after: "${SECRET}")`],
    ])('%s', async (_what, field) => {
      const answer = await ask(way, `{ ${field} { nodes { id } } }`, '{}');
      expect(codes(answer)).toEqual(['BAD_USER_INPUT']);
      expect(answer.text).not.toContain(SECRET);
    });

    it.each(['items(first: 1001)', 'messages(last: 0)', 'items(first: 1, last: 1)', 'messages(roles: [])'])(
      'of a session: %s',
      async (field) => {
        expect(codes(await ask(way, `{ session(id: "s") { ${field} { nodes { id } } } }`, '{}'))).toEqual([
          'BAD_USER_INPUT',
        ]);
      },
    );

    it.each(['', 'x'.repeat(129), 'a b', '../x', '{x}', 'a:b', '*'])(
      'and an id that cannot be is nobody’s: %j',
      async (id) => {
        const { data } = await ask(
          way,
          'query ($id: ID!) { session(id: $id) { id } }',
          JSON.stringify({ id }),
        );
        expect(data).toEqual({ session: null });
      },
    );
  });

  const create = 'mutation ($i: CreateSessionInput!) { createSession(input: $i) { __typename } }';
  const add = 'mutation ($i: AddItemsInput!) { addItems(input: $i) { __typename } }';
  const say = 'mutation ($i: AddMessageInput!) { addMessage(input: $i) { __typename } }';
  const run = 'mutation ($i: StoreAgentResultInput!) { storeAgentResult(input: $i) { __typename } }';
  const replace = 'mutation ($i: ReplaceSuffixInput!) { replaceSuffix(input: $i) { __typename } }';
  const nested = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
  const WRITES: readonly (readonly [string, string, string, string])[] = [
    ['metadata 33 deep', create, `{"metadata":${nested(33)}}`, 'BAD_USER_INPUT'],
    ['metadata 5,000 deep', create, `{"metadata":${nested(5_000)}}`, 'BAD_USER_INPUT'],
    [
      'metadata 5,000 deep, once',
      create,
      `{"idempotencyKey":"k","metadata":${nested(5_000)}}`,
      'BAD_USER_INPUT',
    ],
    ['metadata above 64 KiB', create, `{"metadata":{"a":"${'x'.repeat(65_600)}"}}`, 'BAD_USER_INPUT'],
    ['metadata with __proto__', create, '{"metadata":{"a":{"__proto__":{}}}}', 'BAD_USER_INPUT'],
    ['metadata with 1e400', create, '{"metadata":{"a":1e400}}', 'BAD_USER_INPUT'],
    ['metadata with a lone surrogate', create, '{"metadata":{"a":"\\ud800"}}', 'BAD_USER_INPUT'],
    ['an id that cannot be', create, `{"id":"../${SECRET}"}`, 'BAD_USER_INPUT'],
    ['an id that exists', create, '{"id":"s"}', 'CONFLICT'],
    ['a text of spaces', say, '{"sessionId":"s","role":"USER","text":" \\n "}', 'BAD_USER_INPUT'],
    ['a lone surrogate', say, '{"sessionId":"s","role":"USER","text":"\\ud800"}', 'BAD_USER_INPUT'],
    ['an unknown session', say, '{"sessionId":"nobody","role":"USER","text":"x"}', 'NOT_FOUND'],
    [
      'a cursor that is none',
      say,
      `{"sessionId":"s","role":"USER","text":"x","ifCursor":"${SECRET}"}`,
      'BAD_USER_INPUT',
    ],
    ['no items', add, '{"sessionId":"s","items":[]}', 'BAD_USER_INPUT'],
    [
      '1,001 items',
      add,
      `{"sessionId":"s","items":[${Array(1_001).fill('{"type":"x"}').join(',')}]}`,
      'BAD_USER_INPUT',
    ],
    [
      'an item 129 deep',
      add,
      `{"sessionId":"s","items":[{"type":"x","a":${nested(128)}}]}`,
      'BAD_USER_INPUT',
    ],
    [
      'an item 5,000 deep',
      add,
      `{"sessionId":"s","items":[{"type":"x","a":${nested(5_000)}}]}`,
      'BAD_USER_INPUT',
    ],
    [
      'an item 5,000 deep, once',
      add,
      `{"sessionId":"s","idempotencyKey":"k","items":[{"type":"x","a":${nested(5_000)}}]}`,
      'BAD_USER_INPUT',
    ],
    [
      'a result 5,000 deep',
      run,
      `{"sessionId":"s","items":[{"type":"x","a":${nested(5_000)}}]}`,
      'BAD_USER_INPUT',
    ],
    [
      'a suffix 5,000 deep',
      replace,
      `{"sessionId":"s","replacement":[],"expectedSuffix":[{"type":"x","a":${nested(5_000)}}]}`,
      'BAD_USER_INPUT',
    ],
    [
      'a suffix 5,000 deep, once',
      replace,
      `{"sessionId":"s","idempotencyKey":"k","replacement":[],"expectedSuffix":[{"type":"x","a":${nested(5_000)}}]}`,
      'BAD_USER_INPUT',
    ],
  ];

  describe.each(WRITING)('are refused in mutations over %s', (way) => {
    it.each(WRITES)('%s', async (_what, query, input, code) => {
      const answer = await ask(way, query, `{"i":${input}}`);
      expect(codes(answer)).toEqual([code]);
      expect(answer.text).not.toContain(SECRET);
    });
  });

  it('have stored nothing', async () => {
    const { session, sessions } = await dataOf(
      app.endpoint,
      '{ session(id: "s") { itemCount } sessions { nodes { id } } }',
    );
    expect(session).toEqual({ itemCount: 1 });
    expect(sessions.nodes).toEqual([{ id: 's' }]);
  });

  it.each(['text/event-stream', 'multipart/mixed;subscriptionSpec="1.0"'])(
    'do no harm where nobody looks at them: a subscription goes on beside variables 5,000 deep, %s',
    async (accept) => {
      const response = await fetch(app.endpoint, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept },
        body: `{"query":"subscription { sessionEvents(sessionId: \\"s\\") { __typename } }","variables":{"junk":${deep(5_000)}}}`,
      });
      const reader = response.body?.getReader();
      let text = '';
      while (!text.includes('CaughtUp')) {
        const { value, done } = (await reader?.read()) ?? { value: undefined, done: true };
        if (done) throw new Error(text);
        text += Buffer.from(value).toString();
      }
      await reader?.cancel();
    },
  );

  it('have been no fault of the server', () => {
    expect(app.logs.filter(({ level }) => Number(level) >= 40)).toEqual([]);
  });
});
