import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { EXAMPLE_OPERATIONS } from './example-operations.ts';

interface Page {
  readonly etag: string;
  readonly policy: string;
  readonly plain: Buffer;
  readonly compressed: Buffer;
}

/** The playground, whole in one page: it needs no network but this server. */
export function createGraphiQL(endpoint: string) {
  let page: Promise<Page> | undefined;
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    // Made at the first visit: the page is some megabytes, which most processes never serve.
    const { etag, policy, plain, compressed } = await (page ??= render(endpoint));
    response.setHeader('etag', etag);
    response.setHeader('cache-control', 'no-cache');
    response.setHeader('content-security-policy', policy);
    response.appendHeader('vary', 'accept, accept-encoding');
    if (request.headers['if-none-match'] === etag) {
      response.writeHead(304).end();
      return;
    }
    response.setHeader('content-type', 'text/html; charset=utf-8');
    const zipped = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
    if (zipped) response.setHeader('content-encoding', 'gzip');
    const body = zipped ? compressed : plain;
    response.setHeader('content-length', body.length);
    response.writeHead(200).end(body);
  };
}

async function render(endpoint: string): Promise<Page> {
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  const html = renderGraphiQL({
    title: 'agent-sessions',
    endpoint,
    // Over WebSocket GraphiQL would not send its headers.
    subscriptionsProtocol: 'SSE',
    // Where browsers do not tell the server that a GET comes from its own page.
    additionalHeaders: { 'x-graphql-csrf': 'graphiql' },
    defaultTabs: EXAMPLE_OPERATIONS.map((query) => ({ query, variables: null, headers: null })),
  });
  const plain = Buffer.from(html);
  return {
    etag: `"${createHash('sha256').update(plain).digest('base64url')}"`,
    policy: policyOf(html),
    plain,
    compressed: await promisify(gzip)(plain),
  };
}

/** What the page may do: run its own script and nothing else, and ask this server and nobody else. */
function policyOf(html: string): string {
  const script = html.slice(html.indexOf('<script>') + '<script>'.length, html.lastIndexOf('</script>'));
  return [
    "default-src 'none'",
    `script-src 'sha256-${createHash('sha256').update(script).digest('base64')}'`,
    // The editor makes its workers and its styles itself.
    'worker-src blob:',
    "style-src 'unsafe-inline'",
    'img-src data:',
    'font-src data:',
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
