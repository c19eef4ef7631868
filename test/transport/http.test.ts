import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { dataOf, request } from '../support/graphql-request.ts';
import { startRedis } from '../support/redis-server.ts';
import { startApp, type RunningApp } from '../support/running-app.ts';

let server: RunningApp;
beforeAll(async () => {
  server = await startApp();
});
afterAll(async () => {
  await server.stop();
});

async function post(body: string | ReadableStream, headers: Record<string, string> = {}) {
  const init = {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/graphql-response+json',
      ...headers,
    },
    body,
    duplex: 'half',
  };
  const response = await fetch(server.endpoint, init);
  return { response, answer: JSON.parse(await response.text()) };
}

describe('the routes beside GraphQL', () => {
  it('says that the process works, and that it can serve', async () => {
    const health = await fetch(`${server.url}/health`);
    expect([health.status, await health.json()]).toEqual([200, { status: 'ok' }]);
    const ready = await fetch(`${server.url}/ready`);
    expect([ready.status, await ready.json()]).toEqual([200, { status: 'ready' }]);
  });

  it.each(['/nothing', '/graphql/more', '//graphql', '//', '/%', '/graphql%2f'])(
    'answers 404 for a path that it does not have: %s',
    async (path) => {
      expect((await fetch(`${server.url}${path}`, { redirect: 'manual' })).status).toBe(404);
    },
  );

  it('sends visitors to the playground', async () => {
    const response = await fetch(`${server.url}/`, { redirect: 'manual' });
    expect([response.status, response.headers.get('location')]).toEqual([302, '/graphql']);
  });
});

describe('a request that is no GraphQL request', () => {
  it.each([
    ['no JSON', 'nonsense'],
    ['nothing', ''],
    ['null', 'null'],
    ['a list', '[]'],
    ['a number', '1'],
    ['a text', '"{ viewer { kind } }"'],
    ['an object without a query', '{}'],
    ['a query that is no text', '{"query":1}'],
    ['variables that are a text', '{"query":"{ viewer { kind } }","variables":"x"}'],
    ['variables that are a list', '{"query":"{ viewer { kind } }","variables":[1]}'],
    ['ten operations', JSON.stringify(Array(10).fill({ query: '{ viewer { kind } }' }))],
    ['an operation that the document lacks', '{"query":"query A { viewer { kind } }","operationName":"B"}'],
  ])('is BAD_REQUEST, whatever the client accepts: %s', async (_what, body) => {
    for (const accept of ['application/graphql-response+json', 'application/json', '*/*']) {
      const { response, answer } = await post(body, { accept });
      expect(response.status).toBe(400);
      expect(response.headers.get('content-type')).toMatch(/json/);
      expect(answer).toEqual({
        errors: [
          expect.objectContaining({
            message: expect.any(String),
            extensions: { code: 'BAD_REQUEST', retryable: false, requestId: expect.any(String) },
          }),
        ],
      });
    }
  });

  it('is PAYLOAD_TOO_LARGE above 16 MiB, with the length said before and without', async () => {
    const large = ' '.repeat(16 * 1024 * 1024 + 1);
    const streamed = new Blob([large]).stream();
    for (const body of [large, streamed]) {
      const { response, answer } = await post(body);
      expect(response.status).toBe(413);
      expect(answer.errors[0].extensions).toMatchObject({ code: 'PAYLOAD_TOO_LARGE', retryable: false });
    }
  });
});

describe('the status of an answer', () => {
  const types = {
    modern: 'application/graphql-response+json',
    plain: 'application/json',
  };
  it.each([
    ['a syntax error', { query: '{' }, 'GRAPHQL_PARSE_FAILED', 400],
    ['a field that does not exist', { query: '{ nope }' }, 'GRAPHQL_VALIDATION_FAILED', 400],
    [
      'a variable of the wrong type',
      { query: 'query ($id: ID!) { session(id: $id) { id } }', variables: { id: {} } },
      'BAD_USER_INPUT',
      400,
    ],
    [
      'an error of a field',
      { query: 'mutation { clearSession(input: { id: "nobody" }) { session { id } } }' },
      'NOT_FOUND',
      200,
    ],
  ])('fits what the client accepts: %s', async (_what, body, code, status) => {
    const modern = await post(JSON.stringify(body), { accept: types.modern });
    expect(modern.response.status).toBe(status);
    expect(modern.response.headers.get('content-type')).toContain(types.modern);
    const plain = await post(JSON.stringify(body), { accept: types.plain });
    expect(plain.response.status).toBe(200);
    expect(plain.response.headers.get('content-type')).toContain(types.plain);
    for (const { answer } of [modern, plain]) {
      expect(answer.errors).toHaveLength(1);
      expect(answer.errors[0].extensions).toMatchObject({ code, retryable: false });
    }
  });

  it('is 200 for an operation that was executed', async () => {
    const { response, answer } = await post('{"query":"{ viewer { kind userId } }"}');
    expect(response.status).toBe(200);
    expect(answer).toEqual({ data: { viewer: { kind: 'SERVICE', userId: 'local' } } });
  });
});

describe('a mutation by GET', () => {
  it('is refused and not executed', async () => {
    const query = 'mutation { createSession(input: { id: "byGet" }) { session { id } } }';
    const response = await fetch(`${server.endpoint}?query=${encodeURIComponent(query)}`, {
      headers: { accept: 'application/json' },
    });
    expect(response.status).toBe(405);
    expect(await response.json()).toMatchObject({
      errors: [{ extensions: { code: 'BAD_REQUEST', retryable: false } }],
    });
    expect(await dataOf(server.endpoint, '{ session(id: "byGet") { id } }')).toEqual({ session: null });
  });
});

describe('while Redis is down', () => {
  it('is not ready, and answers STORE_UNAVAILABLE within about a second, until it is back', async () => {
    const redis = await startRedis({ appendonly: true });
    const onRedis = await startApp({ STORE_URL: redis.url });
    const ready = async (): Promise<number> => (await fetch(`${onRedis.url}/ready`)).status;
    await eventually(async () => expect(await ready()).toBe(200), { timeout: 5_000 });
    await dataOf(onRedis.endpoint, 'mutation { createSession(input: { id: "s" }) { session { id } } }');
    await redis.kill();
    expect(await ready()).toBe(503);
    expect((await fetch(`${onRedis.url}/health`)).status).toBe(200);
    const operations = [
      '{ session(id: "s") { id } }',
      '{ sessions { nodes { id } } }',
      'mutation { addMessage(input: { sessionId: "s", role: USER, text: "x" }) { message { id } } }',
    ];
    for (const operation of operations) {
      const start = performance.now();
      const { status, errors } = await request(onRedis.endpoint, operation);
      expect(performance.now() - start).toBeLessThan(1_500);
      expect(status).toBe(200);
      expect(errors).toMatchObject([{ extensions: { code: 'STORE_UNAVAILABLE', retryable: true } }]);
      expect(JSON.stringify(errors)).not.toMatch(/ECONN|redis|127\.0\.0\.1/i);
    }
    await redis.restart();
    await eventually(async () => expect(await ready()).toBe(200), { timeout: 10_000 });
    expect(await dataOf(onRedis.endpoint, '{ session(id: "s") { itemCount } }')).toEqual({
      session: { itemCount: 0 },
    });
    await onRedis.stop();
    await redis.stop();
  });
});
