import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { httpAnswer, type HttpAnswer, type HttpAsked } from '../support/http-answer.ts';
import { openSocket } from '../support/raw-socket.ts';
import { startApp, type RunningApp } from '../support/running-app.ts';

const KEY = 'service-key-of-these-tests';
const CREATE = 'mutation { createSession(input: { id: "stolen" }) { session { id } } }';

const post = ({ endpoint }: RunningApp, headers: HttpAsked['headers'], query = CREATE): Promise<HttpAnswer> =>
  httpAnswer(endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
  });
const upgrade = async ({ endpoint }: RunningApp, headers: Record<string, string>): Promise<string> => {
  try {
    (await openSocket(endpoint, undefined, { headers })).terminate();
    return 'opened';
  } catch (error) {
    return String(error);
  }
};

describe('a server on this machine that asks nobody for a token', () => {
  let server: RunningApp;
  beforeAll(async () => {
    server = await startApp();
  });
  afterAll(async () => {
    await server.stop();
  });

  it.each([
    'evil.example',
    'evil.example:4000',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    '0.0.0.0',
    '192.168.0.1',
    'localhost.',
    '[::ffff:127.0.0.1]',
    '[::]',
  ])('is not reached by a page that gives its own name this address: %s', async (host) => {
    const origin = `http://${host}`;
    for (const headers of [{ host }, { host, origin }, { host, 'sec-fetch-site': 'same-origin' }]) {
      const { status, body } = await post(server, headers);
      expect(status).toBe(421);
      expect(JSON.parse(body).errors).toMatchObject([
        { extensions: { code: 'BAD_REQUEST', retryable: false } },
      ]);
      const read = await httpAnswer(`${server.endpoint}?query={viewer{kind}}`, { headers });
      expect(read.status).toBe(421);
      expect(await upgrade(server, headers)).toContain('421');
    }
    expect((await httpAnswer(server.endpoint, { headers: { host, accept: 'text/html' } })).status).toBe(421);
    const { body } = await post(server, {}, '{ session(id: "stolen") { id } }');
    expect(JSON.parse(body)).toEqual({ data: { session: null } });
  });

  it.each(['localhost', 'LOCALHOST:1', '127.0.0.1:4000', '127.8.9.10', '127.1', '[::1]', '[::1]:4000'])(
    'is reached by a name of this machine: %s',
    async (host) => {
      expect((await post(server, { host }, '{ viewer { kind } }')).status).toBe(200);
      expect(await upgrade(server, { host })).toBe('opened');
    },
  );

  it('is reached without a name, as no browser does', async () => {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    socket.end('GET /health HTTP/1.0\r\n\r\n');
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 200 /);
  });
});

it('a server that asks for tokens is reached by any name: no page knows one', async () => {
  const server = await startApp({ AUTH: 'keys', SERVICE_KEYS: KEY });
  const headers = { host: 'chat.example' };
  const authorization = `Bearer ${KEY}`;
  expect((await post(server, headers)).status).toBe(401);
  expect((await post(server, { ...headers, authorization }, '{ viewer { kind } }')).status).toBe(200);
  expect(await upgrade(server, headers)).toBe('opened');
  await server.stop();
});

describe('a server that was opened to all by name', () => {
  let server: RunningApp;
  beforeAll(async () => {
    const opened = await startApp({ AUTH: 'none', HOST: '0.0.0.0', CORS_ORIGINS: 'https://chat.example' });
    const here = opened.url.replace('0.0.0.0', '127.0.0.1');
    server = { ...opened, url: here, endpoint: `${here}/graphql` };
  });
  afterAll(async () => {
    await server.stop();
  });
  const READ = '{ viewer { kind } }';
  const read = async (headers: Record<string, string>): Promise<number | undefined> =>
    (await httpAnswer(`${server.endpoint}?query={viewer{kind}}`, { headers })).status;

  it.each(['localhost', '192.168.0.1:4000', '[fe80::1]', 'server:4000', 'chat.example', 'chat.example:8443'])(
    'is reached by pages of a name that no other page can have: %s',
    async (host) => {
      const origin = `http://${host}`;
      expect((await post(server, { host, origin }, READ)).status).toBe(200);
      expect(await read({ host })).toBe(200);
      expect(await upgrade(server, { host, origin })).toBe('opened');
    },
  );

  it('is not reached by pages of any other', async () => {
    const host = 'evil.example:4000';
    const origin = `http://${host}`;
    expect((await post(server, { host, origin })).status).toBe(421);
    expect(await read({ host })).toBe(421);
    expect(await read({ host, accept: 'text/event-stream', 'x-graphql-csrf': '1' })).toBe(421);
    expect(await upgrade(server, { host, origin })).toContain('421');
  });

  it('is reached by services by any name', async () => {
    const host = 'sessions.default.svc.cluster.local';
    expect((await post(server, { host }, READ)).status).toBe(200);
    expect(await upgrade(server, { host })).toBe('opened');
    expect((await httpAnswer(`${server.url}/health`, { headers: { host } })).status).toBe(200);
  });
});
