import { afterAll, beforeAll, expect, it } from 'vitest';
import { ACCEPT_MULTIPART, openEventStream } from '../support/event-stream.ts';
import { httpAnswer, type HttpAnswer, type HttpAsked } from '../support/http-answer.ts';
import { startApp, type RunningApp } from '../support/running-app.ts';

const KEY = 'service-key-of-these-tests';
const WATCH = 'subscription { sessionListChanged(userId: "ada") { __typename } }';

let server: RunningApp;
let open: RunningApp;
beforeAll(async () => {
  [server, open] = await Promise.all([
    startApp({
      AUTH: 'keys',
      SERVICE_KEYS: KEY,
      CORS_ORIGINS: 'https://app.example',
      NODE_ENV: 'production',
    }),
    startApp(),
  ]);
});
afterAll(async () => {
  await Promise.all([server.stop(), open.stop()]);
});

const authorization = `Bearer ${KEY}`;
const post = (
  headers: HttpAsked['headers'] = {},
  body = '{"query":"{ viewer { kind } }"}',
): Promise<HttpAnswer> =>
  httpAnswer(server.endpoint, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json', ...headers },
    body,
  });
const MODERN = { accept: 'application/graphql-response+json' };
const anyway = (what: string): string => JSON.stringify({ query: what });

/** One answer of every kind that there is. */
const answers: Readonly<Record<string, () => Promise<HttpAnswer>>> = {
  '200 of a query': () => post(),
  '200 of a query as server-sent events': () => post({ accept: 'text/event-stream' }),
  '204 of a preflight': () =>
    httpAnswer(server.endpoint, { method: 'OPTIONS', headers: { origin: 'https://app.example' } }),
  '200 of the playground': () => httpAnswer(open.endpoint, { headers: { accept: 'text/html' } }),
  '302 to it': () => httpAnswer(server.url),
  '200 of /health': () => httpAnswer(`${server.url}/health`),
  '200 of /ready': () => httpAnswer(`${server.url}/ready`),
  '400 of a syntax error': () => post(MODERN, anyway('{')),
  '400 of what is no GraphQL': () => post({}, '[]'),
  '400 of a name that is none': () => post({ host: '%' }),
  '401': () => post({ authorization: '' }),
  '401 of a stream': () => post({ authorization: '', accept: 'text/event-stream' }),
  '403': () => post({ origin: 'https://evil.example' }),
  '404': () => httpAnswer(`${server.url}/.env`),
  '405': () => httpAnswer(server.endpoint, { method: 'DELETE' }),
  '405 of a mutation by GET': () =>
    httpAnswer(
      `${server.endpoint}?query=${encodeURIComponent('mutation { createSession(input: {}) { session { id } } }')}`,
      {
        headers: { authorization },
      },
    ),
  '406': () => post({ accept: 'image/png' }),
  '406 of a subscription': () => post(MODERN, anyway(WATCH)),
  '413': () => post({ 'content-length': String(17 * 1024 * 1024) }, 'x'.repeat(17 * 1024 * 1024)),
  '415': () => post({ 'content-type': 'text/plain' }),
  '421': () => httpAnswer(open.endpoint, { headers: { host: 'evil.example' } }),
};

it.each(Object.entries(answers))(
  'an answer is taken for nothing else by any browser: %s',
  async (what, ask) => {
    const { status, headers } = await ask();
    expect(status).toBe(Number(what.slice(0, 3)));
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-origin',
      'content-security-policy': expect.stringMatching(/^default-src 'none'; .*frame-ancestors 'none'$/),
    });
    expect(headers).not.toHaveProperty('x-powered-by');
    expect(headers).not.toHaveProperty('server');
  },
);

it('is kept by no cache, but for the playground, which holds nothing of anybody', async () => {
  for (const [what, ask] of Object.entries(answers)) {
    const { status, headers } = await ask();
    if (status === 204 || status === 302) continue;
    const kept = what.includes('playground') ? 'no-cache' : /^no-store$|^no-cache, no-transform$/;
    expect(headers['cache-control']).toMatch(kept);
  }
});

it('has them on streams as well', async () => {
  for (const accept of ['text/event-stream', ACCEPT_MULTIPART]) {
    const stream = await openEventStream(server.endpoint, WATCH, {}, { accept, authorization });
    expect(stream.headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'cache-control': 'no-cache, no-transform',
    });
    stream.abort();
  }
});

it('lets the playground run its own script and ask its own server, and nothing else', async () => {
  const { headers } = await httpAnswer(open.endpoint, { headers: { accept: 'text/html' } });
  const policy = String(headers['content-security-policy']);
  expect(policy).toMatch(/script-src 'sha256-[A-Za-z0-9+/]{43}='(;|$)/);
  expect(policy).toContain("connect-src 'self'");
  expect(policy).not.toMatch(/unsafe-eval|script-src[^;]*unsafe-inline|https?:|\*/);
});
