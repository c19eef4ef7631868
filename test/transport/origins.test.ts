import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACCEPT_MULTIPART, openEventStream } from '../support/event-stream.ts';
import { httpAnswer, type HttpAnswer, type HttpAsked } from '../support/http-answer.ts';
import { openSocket } from '../support/raw-socket.ts';
import { startApp, type RunningApp } from '../support/running-app.ts';

const WELCOME = 'https://app.example';
const FOREIGN = [
  'https://evil.example',
  'https://app.example.evil.example',
  'https://app.example:8443',
  'http://app.example',
  'https://www.app.example',
  'null',
  '',
  'file://',
  'app.example',
  'chrome-extension://abcdefghijklmnop',
  'x://evil.example',
];
const CREATE = 'mutation { createSession(input: { id: "stolen" }) { session { id } } }';
const WATCH = 'subscription { sessionListChanged { __typename } }';

let server: RunningApp;
beforeAll(async () => {
  server = await startApp({ CORS_ORIGINS: `${WELCOME},https://second.example` });
});
afterAll(async () => {
  await server.stop();
});

const host = (): string => new URL(server.url).host;
const post = (
  headers: HttpAsked['headers'],
  query = CREATE,
  accept = 'application/json',
): Promise<HttpAnswer> =>
  httpAnswer(server.endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept, ...headers },
    body: JSON.stringify({ query }),
  });
const preflight = (origin: string): Promise<HttpAnswer> =>
  httpAnswer(server.endpoint, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type',
    },
  });
const corsHeaders = ({ headers }: HttpAnswer): string[] =>
  Object.keys(headers).filter((name) => name.startsWith('access-control-'));
const exists = async (): Promise<boolean> =>
  JSON.parse((await post({}, '{ session(id: "stolen") { id } }')).body).data.session !== null;
const upgrade = async (headers: Record<string, string>): Promise<string> => {
  try {
    (await openSocket(server.endpoint, undefined, { headers })).terminate();
    return 'opened';
  } catch (error) {
    return String(error);
  }
};

describe.each(FOREIGN)('a page of the origin "%s", which is not named (PROTOCOL 10.6)', (origin) => {
  it('has nothing executed, and may read nothing, also with a cookie', async () => {
    for (const accept of ['application/json', 'text/event-stream', ACCEPT_MULTIPART]) {
      const answer = await post({ origin, cookie: 'session=1' }, CREATE, accept);
      expect(answer.status).toBe(403);
      expect(JSON.parse(answer.body).errors).toMatchObject([
        { extensions: { code: 'FORBIDDEN', retryable: false } },
      ]);
      expect(corsHeaders(answer)).toEqual([]);
    }
    expect(await exists()).toBe(false);
  });

  it('is told by the preflight that it may not ask', async () => {
    const answer = await preflight(origin);
    expect([answer.status, corsHeaders(answer)]).toEqual([204, []]);
  });

  it('opens no event stream by GET', async () => {
    const { status } = await httpAnswer(`${server.endpoint}?query=${encodeURIComponent(WATCH)}`, {
      headers: { accept: 'text/event-stream', origin },
    });
    expect(status).toBe(403);
  });

  it('opens no WebSocket', async () => {
    expect(await upgrade({ origin, cookie: 'session=1' })).toContain('403');
  });
});

describe('a page of an origin that is named', () => {
  it.each([WELCOME, 'https://second.example'])(
    'is told by the preflight what it may send: %s',
    async (origin) => {
      const { status, headers, body } = await preflight(origin);
      expect([status, body]).toEqual([204, '']);
      expect(headers).toMatchObject({
        'access-control-allow-origin': origin,
        'access-control-allow-methods': 'POST, GET',
        'access-control-max-age': '7200',
      });
      expect(headers['access-control-allow-headers']?.split(', ')).toEqual(
        expect.arrayContaining([
          'authorization',
          'content-type',
          'last-event-id',
          'x-graphql-csrf',
          'apollo-require-preflight',
        ]),
      );
    },
  );

  it('is never told to send cookies, and of no other page than itself', async () => {
    for (const answer of [await preflight(WELCOME), await post({ origin: WELCOME }, '{ viewer { kind } }')]) {
      expect(answer.headers['access-control-allow-credentials']).toBeUndefined();
      expect(answer.headers['access-control-allow-origin']).toBe(WELCOME);
    }
  });

  it('may read what it is answered, errors and streams included', async () => {
    const { url } = server;
    const answers = {
      200: await post({ origin: WELCOME }, '{ viewer { kind } }'),
      400: await post({ origin: WELCOME }, '{', 'application/graphql-response+json'),
      405: await httpAnswer(server.endpoint, { method: 'PUT', headers: { origin: WELCOME } }),
      406: await post({ origin: WELCOME }, '{ viewer { kind } }', 'image/png'),
      415: await httpAnswer(server.endpoint, { method: 'POST', headers: { origin: WELCOME } }),
    };
    for (const [status, answer] of Object.entries(answers)) {
      expect(answer.status).toBe(Number(status));
      expect(answer.headers['access-control-allow-origin']).toBe(WELCOME);
      expect(answer.headers['access-control-expose-headers']).toContain('retry-after');
    }
    for (const accept of ['text/event-stream', ACCEPT_MULTIPART]) {
      const stream = await openEventStream(
        `${url}/graphql`,
        WATCH,
        {},
        { accept, headers: { origin: WELCOME } },
      );
      expect(stream.headers['access-control-allow-origin']).toBe(WELCOME);
      stream.abort();
    }
  });

  it('opens a WebSocket', async () => {
    expect(await upgrade({ origin: WELCOME })).toBe('opened');
  });

  it.each([
    ['who named it', { origin: WELCOME }],
    ['another', { origin: 'https://evil.example' }],
    ['nobody', {}],
    ['a browser that visits', { accept: 'text/html' }],
  ])(
    'is no reason for a cache to give one page the answer to another: asked by %s',
    async (_who, headers) => {
      const { headers: answered } = await httpAnswer(`${server.endpoint}?query={viewer{kind}}`, { headers });
      expect(answered['vary']?.split(/, */)).toContain('origin');
    },
  );
});

describe('a page of the server itself', () => {
  it('asks, follows and opens a WebSocket, whatever scheme a proxy has taken off', async () => {
    for (const origin of [`http://${host()}`, `https://${host()}`]) {
      expect((await post({ origin }, '{ viewer { kind } }')).status).toBe(200);
      expect(await upgrade({ origin })).toBe('opened');
    }
  });

  it('is known by the name that the proxy passes on, with or without the port of its scheme', async () => {
    const status = async (name: string, origin: string): Promise<number | undefined> =>
      (await post({ host: name, origin }, '{ viewer { kind } }')).status;
    expect(await status('localhost', 'https://localhost')).toBe(200);
    expect(await status('localhost:443', 'https://localhost')).toBe(200);
    expect(await status('LOCALHOST:8443', 'https://localhost:8443')).toBe(200);
    expect(await status('localhost:80', 'https://localhost')).toBe(403);
    expect(await status('localhost', 'https://localhost:8443')).toBe(403);
  });

  it('is not known by what anybody may claim', async () => {
    const forwarded = {
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'https',
      'x-forwarded-for': '127.0.0.1',
      forwarded: 'host=evil.example;proto=https',
      'x-original-host': 'evil.example',
    };
    expect((await post({ ...forwarded, origin: 'https://evil.example' })).status).toBe(403);
    expect(await upgrade({ ...forwarded, origin: 'https://evil.example' })).toContain('403');
    expect(await exists()).toBe(false);
  });

  it('is another than one on another port of this machine', async () => {
    expect((await post({ origin: 'http://localhost:1' })).status).toBe(403);
    expect((await post({ origin: `http://127.0.0.1:${new URL(server.url).port}` })).status).toBe(403);
  });
});

describe('a request without an Origin', () => {
  const get = (headers: Record<string, string>, query = '{ viewer { kind } }'): Promise<HttpAnswer> =>
    httpAnswer(`${server.endpoint}?query=${encodeURIComponent(query)}`, { headers });

  it.each(['cross-site', 'same-site'])(
    'is refused when the browser says that it is %s, streams included',
    async (site) => {
      for (const accept of ['*/*', 'application/json', 'text/event-stream', ACCEPT_MULTIPART]) {
        for (const query of ['{ viewer { kind } }', WATCH]) {
          const answer = await get({ accept, 'sec-fetch-site': site, cookie: 'session=1' }, query);
          expect(answer.status).toBe(403);
        }
      }
      expect((await post({ 'sec-fetch-site': site })).status).toBe(403);
      expect(await exists()).toBe(false);
    },
  );

  it.each(['same-origin', 'none', undefined])('is answered when it says %s', async (site) => {
    expect((await get(site === undefined ? {} : { 'sec-fetch-site': site })).status).toBe(200);
  });
});

describe('without origins that are named', () => {
  it('no answer says anything of origins', async () => {
    const closed = await startApp();
    const headers = { origin: new URL(closed.url).origin, 'content-type': 'application/json' };
    const body = '{"query":"{ viewer { kind } }"}';
    const answer = await httpAnswer(closed.endpoint, { method: 'POST', headers, body });
    expect([answer.status, corsHeaders(answer)]).toEqual([200, []]);
    await closed.stop();
  });
});
