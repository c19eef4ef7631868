import type { IncomingMessage, ServerResponse } from 'node:http';

/** What pages of other origins may send, besides what they may always. */
const HEADERS =
  'authorization, content-type, last-event-id, x-graphql-csrf, apollo-require-preflight, x-request-id, traceparent';
/** Seconds that a browser may remember what it was allowed. */
const REMEMBER = '7200';

/** Where browsers say that a request comes from, when it comes from a page of another origin. */
const OTHER_SITES: ReadonlySet<unknown> = new Set(['cross-site', 'same-site']);

/** Which pages may call the server from a browser: its own, and those of the origins that are named. */
export class Origins {
  readonly #welcome: ReadonlySet<string>;

  constructor(welcome: readonly string[]) {
    this.#welcome = new Set(welcome);
  }

  /** Whether a request comes from no page, from one of this server, or from one that is welcome. */
  isWelcome({ headers }: IncomingMessage): boolean {
    const { origin } = headers;
    if (origin === undefined) return !OTHER_SITES.has(headers['sec-fetch-site']);
    return this.#welcome.has(origin) || isOwn(origin, headers.host);
  }

  /** Says in the answer that the page may read it. Tokens travel in headers, so no cookies are asked for. */
  allow({ headers }: IncomingMessage, response: ServerResponse): void {
    if (this.#welcome.size === 0) return;
    response.appendHeader('vary', 'origin');
    const { origin } = headers;
    if (origin === undefined || !this.#welcome.has(origin)) return;
    response.setHeader('access-control-allow-origin', origin);
    response.setHeader('access-control-expose-headers', 'retry-after, x-request-id');
  }

  /** Answers a browser that asks before it sends. */
  preflight(request: IncomingMessage, response: ServerResponse): void {
    const { origin } = request.headers;
    if (origin !== undefined && this.#welcome.has(origin)) {
      response.setHeader('access-control-allow-methods', 'POST, GET');
      response.setHeader('access-control-allow-headers', HEADERS);
      response.setHeader('access-control-max-age', REMEMBER);
    }
    response.writeHead(204, { allow: 'POST, GET, OPTIONS' }).end();
  }
}

/**
 * Whether a page was loaded from the host that it calls. A proxy has to pass that name on: what it, or anybody, says in
 * other headers is not looked at. The scheme is the page's, since a proxy may have taken it off.
 */
function isOwn(origin: string, host = ''): boolean {
  if (!URL.canParse(origin)) return false;
  const page = new URL(origin);
  const called = `${page.protocol}//${host}`;
  return URL.canParse(called) && new URL(called).host === page.host && page.host !== '';
}
