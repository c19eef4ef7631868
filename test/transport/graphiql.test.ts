import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startApp, type RunningApp } from '../support/running-app.ts';

let server: RunningApp;
beforeAll(async () => {
  server = await startApp();
});
afterAll(async () => {
  await server.stop();
});

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';

/** A GET whose answer is left as it was sent, compressed or not. */
async function get(headers: Record<string, string>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    httpRequest(server.endpoint, { headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) });
      });
    })
      .on('error', reject)
      .end();
  });
}

it('gives browsers the playground, compressed and to be asked for again by its ETag', async () => {
  const { status, headers, body } = await get({ accept: BROWSER, 'accept-encoding': 'gzip, deflate, br' });
  expect(status).toBe(200);
  expect(headers).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'content-encoding': 'gzip',
    'content-length': String(body.length),
    'cache-control': 'no-cache',
    etag: expect.stringMatching(/^"[^"]+"$/),
    vary: expect.stringContaining('accept-encoding'),
  });
  const page = gunzipSync(body);
  expect(body.length).toBeLessThan(page.length / 2);
  expect(page.toString()).toContain('<title>agent-sessions</title>');
});

it('gives it plain to who cannot decompress', async () => {
  const { headers, body } = await get({ accept: BROWSER });
  expect(headers['content-encoding']).toBeUndefined();
  expect(body.toString()).toContain('<title>agent-sessions</title>');
});

it('answers 304 without a body to who has it already', async () => {
  const { headers } = await get({ accept: BROWSER, 'accept-encoding': 'gzip' });
  const again = await get({
    accept: BROWSER,
    'accept-encoding': 'gzip',
    'if-none-match': headers.etag ?? '',
  });
  expect([again.status, again.body.length, again.headers.etag]).toEqual([304, 0, headers.etag]);
  const other = await get({ accept: BROWSER, 'accept-encoding': 'gzip', 'if-none-match': '"other"' });
  expect(other.status).toBe(200);
});

it.each(['*/*', 'application/json', 'application/graphql-response+json'])(
  'treats who accepts %s as a client of GraphQL',
  async (accept) => {
    const { status, headers, body } = await get({ accept });
    expect(status).toBe(400);
    expect(headers['content-type']).toMatch(/json/);
    expect(JSON.parse(body.toString())).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] });
  },
);
