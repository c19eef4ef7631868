import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { httpAnswer, type HttpAnswer } from '../support/http-answer.ts';
import { startApp, type RunningApp } from '../support/running-app.ts';

const BASIC = `Basic ${Buffer.from('user:word').toString('base64')}`;

const get = (
  { endpoint }: RunningApp,
  headers: Record<string, string>,
  query = '{ viewer { kind } }',
): Promise<HttpAnswer> => httpAnswer(`${endpoint}?query=${encodeURIComponent(query)}`, { headers });

describe('a query by GET', () => {
  const WATCH = 'subscription { sessionListChanged { __typename } }';

  describe('in production', () => {
    let server: RunningApp;
    beforeAll(async () => {
      server = await startApp({ NODE_ENV: 'production' });
    });
    afterAll(async () => {
      await server.stop();
    });

    it.each<Record<string, string>>([
      {},
      { cookie: 'session=1' },
      { authorization: BASIC },
      { 'content-type': 'text/plain' },
      { 'content-type': 'application/x-www-form-urlencoded' },
      { 'sec-fetch-site': 'none' },
      { accept: 'text/event-stream' },
      { referer: 'https://evil.example/' },
    ])('is not executed when any page could have had it sent: %j', async (headers) => {
      for (const query of ['{ viewer { kind } }', WATCH]) {
        const { status, body } = await get(server, headers, query);
        expect(status).toBe(403);
        expect(JSON.parse(body).errors).toMatchObject([
          {
            extensions: { code: 'FORBIDDEN', retryable: false },
            message: expect.stringContaining('x-graphql-csrf'),
          },
        ]);
      }
    });

    it.each<Record<string, string>>([
      { 'x-graphql-csrf': '1' },
      { 'apollo-require-preflight': 'true' },
      { authorization: 'Bearer x' },
      { 'content-type': 'application/json' },
      { 'content-type': 'application/json; charset=utf-8' },
      { 'sec-fetch-site': 'same-origin' },
    ])(
      'is answered when the browser had to ask before, or says that it is the server’s own page: %j',
      async (headers) => {
        expect((await get(server, headers)).status).toBe(200);
      },
    );

    it('is refused to pages of other origins, whatever header they send', async () => {
      for (const headers of [{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }]) {
        expect((await get(server, { 'x-graphql-csrf': '1', ...headers })).status).toBe(403);
      }
    });
  });

  it('needs nothing of that in development', async () => {
    const server = await startApp();
    expect((await get(server, {})).status).toBe(200);
    await server.stop();
  });
});

describe('a POST that a form or a script may send to any server', () => {
  let server: RunningApp;
  beforeAll(async () => {
    server = await startApp();
  });
  afterAll(async () => {
    await server.stop();
  });

  const query = 'mutation { createSession(input: { id: "stolen" }) { session { id } } }';
  const json = JSON.stringify({ query });
  const part = `--x\r\ncontent-disposition: form-data; name="operations"\r\n\r\n${json}\r\n--x--\r\n`;

  it.each([
    ['application/x-www-form-urlencoded', `query=${encodeURIComponent(query)}`],
    ['multipart/form-data; boundary=x', part],
    ['text/plain', json],
    ['text/plain; charset=utf-8; x=application/json', json],
    ['text/plain,application/json', json],
    ['application/jsonx', json],
    ['application/graphql', query],
    ['', json],
  ])('is 415 and not executed: %s', async (type, body) => {
    for (const accept of ['application/json', 'text/event-stream', 'multipart/mixed;subscriptionSpec=1.0']) {
      const headers: Record<string, string> = { accept, ...(type === '' ? {} : { 'content-type': type }) };
      const answer = await httpAnswer(server.endpoint, { method: 'POST', headers, body });
      expect(answer.status).toBe(415);
      expect(JSON.parse(answer.body).errors).toMatchObject([
        { extensions: { code: 'BAD_REQUEST', retryable: false } },
      ]);
    }
    const headers: Record<string, string> = type === '' ? {} : { 'content-type': type };
    const inProcess = await server.app.fetch('http://app/graphql', { method: 'POST', headers, body });
    expect(inProcess.status).toBe(415);
    const { body: read } = await get(server, {}, '{ session(id: "stolen") { id } }');
    expect(JSON.parse(read)).toEqual({ data: { session: null } });
  });
});
