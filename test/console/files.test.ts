import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp } from '../support/running-app.ts';
import { startServer, type ServerProcess } from '../support/server-process.ts';

/** Bytes that a first visit may take, compressed. */
const FIRST_LOAD = 250 * 1024;

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

let server: ServerProcess;
beforeAll(async () => {
  server = await startServer({ STORE_URL: 'sqlite::memory:' });
});
afterAll(() => server.kill());

/** An answer as it was sent, compressed or not. */
async function get(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    // The path is sent as it is, without what URLs would make of it.
    const { hostname, port } = new URL(server.url);
    httpRequest({ hostname, port, path, method, headers }, (response) => {
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

const ZIPPED = { 'accept-encoding': 'gzip, deflate, br' };

/** What the page names: its scripts, styles and icon. */
async function assets(): Promise<readonly string[]> {
  const page = (await get('/')).body.toString();
  return [...page.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path = '']) => path);
}

describe('the page of the console', () => {
  it('is asked for again by its ETag', async () => {
    const { status, headers, body } = await get('/', ZIPPED);
    expect([status, headers['content-encoding'], headers['cache-control']]).toEqual([
      200,
      'gzip',
      'no-cache',
    ]);
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-length': String(body.length),
      vary: 'accept-encoding',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    });
    expect(gunzipSync(body).toString()).toContain('<title>agent-sessions</title>');
    const again = await get('/', { ...ZIPPED, 'if-none-match': headers.etag ?? '' });
    expect([again.status, again.body.length, again.headers.etag]).toEqual([304, 0, headers.etag]);
    expect((await get('/', { 'if-none-match': '"other"' })).status).toBe(200);
  });

  it('has no script and no style of its own, so that its policy can refuse all of them', async () => {
    const { headers, body } = await get('/');
    expect(body.toString()).not.toMatch(/<style|<script(?![^>]* src=)|\son\w+=|style=/);
    expect(headers['content-security-policy']).toMatch(
      /^default-src 'none'; script-src 'self'; style-src 'self';/,
    );
  });

  it('links to GraphiQL, which is where it was', async () => {
    expect((await get('/')).body.toString()).toContain('href="/graphql"');
    expect((await get('/graphql', { accept: 'text/html' })).headers['content-type']).toContain('text/html');
  });
});

describe('the files of the console', () => {
  it('may be kept for ever', async () => {
    const paths = await assets();
    expect(new Set(paths.map((path) => /\w+$/.exec(path)?.[0]))).toEqual(new Set(['css', 'js', 'svg']));
    for (const path of paths) {
      const { status, headers, body } = await get(path, ZIPPED);
      expect([status, headers['cache-control']]).toEqual([200, 'public, max-age=31536000, immutable']);
      expect(gunzipSync(body)).toEqual((await get(path)).body);
    }
  });

  it('are small together', async () => {
    const answers = await Promise.all(['/', ...(await assets())].map((path) => get(path, ZIPPED)));
    const bytes = answers.reduce((sum, { body }) => sum + body.length, 0);
    expect(bytes).toBeLessThan(FIRST_LOAD);
  });

  it('ask nobody but the server that they came from', async () => {
    for (const path of await assets()) {
      const text = (await get(path)).body.toString();
      const addresses = [...text.matchAll(/https?:\/\/[\w.-]+/g)].map(([address]) => address);
      // Names of namespaces and addresses in messages for developers, which nobody asks.
      const known = [
        'http://www.w3.org',
        'https://react.dev',
        'http://app',
        'http://host',
        'https://github.com',
      ];
      expect(addresses.filter((address) => !known.includes(address))).toEqual([]);
    }
  });

  it.each([
    '/assets/',
    '/assets/nothing.js',
    '/assets/../index.html',
    '/assets/%2e%2e/main.js',
    '/assets/../../package.json',
  ])('are all there is: %s is not found', async (path) => {
    expect((await get(path)).status).toBe(404);
  });

  it('are read, not written', async () => {
    const head = await get('/', ZIPPED, 'HEAD');
    expect([head.status, head.body.length]).toEqual([200, 0]);
    expect(Number(head.headers['content-length'])).toBeGreaterThan(0);
    const { status, headers } = await get('/', {}, 'POST');
    expect([status, headers.allow]).toEqual([405, 'GET, HEAD']);
  });
});

it('is not needed by the server, which then shows GraphiQL', async () => {
  // From its sources, beside which nothing was built.
  const app = await startApp();
  const response = await fetch(app.url, { redirect: 'manual' });
  expect([response.status, response.headers.get('location')]).toEqual([302, '/graphql']);
  expect((await fetch(`${app.url}/assets/x.js`)).status).toBe(404);
  await app.stop();
});
