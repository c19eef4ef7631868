import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { coded, publicError, type ReportFault } from '../graphql/errors.ts';
import type { Answers } from './answers.ts';
import { createConsole } from './console.ts';
import { createGraphiQL } from './graphiql.ts';
import type { Hosts } from './hosts.ts';
import { isJsonType, isPlainJson } from './json-type.ts';
import type { TransportLimits } from './limits.ts';
import type { Origins } from './origins.ts';
import { pathOf } from './path.ts';
import { streamFormatOf } from './stream-format.ts';
import type { Streams } from './streams.ts';

export interface HttpOptions {
  readonly answers: Answers;
  readonly streams: Streams;
  readonly origins: Origins;
  readonly limits: TransportLimits;
  readonly path: string;
  /** Whether browsers that visit are shown the playground. */
  readonly hasPlayground: boolean;
  /** Whether what comes by GET must show that no page on the web could have sent it unasked. */
  readonly guardsGet: boolean;
  readonly hosts: Hosts;
  /** Resolves when the store works; else throws. */
  readonly checkStore: () => Promise<void>;
  /** Whether the server is on its way out: no longer ready. */
  readonly isClosing: () => boolean;
  readonly report: ReportFault;
}

/** Longest headers of a request, bytes: a token that is far too long is refused like any other that is none. */
const HEADER_BYTES = 128 * 1024;
/** Milliseconds that an idle connection is kept: longer than load balancers keep theirs. */
const KEEP_ALIVE_MS = 65_000;

/** The HTTP server: GraphQL and its playground at one path, and what operators ask beside it. */
export function createHttpServer(options: HttpOptions): Server {
  const {
    answers,
    streams,
    origins,
    limits,
    path,
    hasPlayground,
    guardsGet,
    hosts,
    checkStore,
    isClosing,
    report,
  } = options;
  const graphiql = createGraphiQL(path);
  const showConsole = createConsole();

  const route = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    // A server on its way out answers, and lets no client keep the connection for the next request.
    if (isClosing()) response.setHeader('connection', 'close');
    for (const [name, value] of SECURITY_HEADERS) response.setHeader(name, value);
    if (await showConsole(request, response)) return;
    switch (pathOf(request)) {
      case path:
        return answerGraphQL(request, response);
      case '/':
        response.writeHead(302, { location: path }).end();
        return;
      case '/health':
        return answer(response, 200, { status: 'ok' });
      case '/ready':
        return answerReady(response);
      default:
        return answer(response, 404, { status: 'not found' });
    }
  };

  async function answerGraphQL(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const fault = hosts.faultOf(request);
    if (fault !== null) return refuse(response, fault.status, fault.message);
    origins.allow(request, response);
    switch (request.method) {
      case 'OPTIONS':
        return origins.preflight(request, response);
      case 'GET':
        if (hasPlayground && prefersHtml(request)) return graphiql(request, response);
        if (guardsGet && !isDeliberate(request)) {
          return refuse(
            response,
            403,
            'A query by GET needs a header that pages cannot send unasked: x-graphql-csrf.',
          );
        }
        break;
      case 'POST':
        // Forms and plain text may be sent here by any page on the web, without asking.
        if (!isPlainJson(request.headers['content-type'], request.headers['content-encoding'])) {
          return refuse(response, 415, 'A request is JSON: send it with content-type: application/json.');
        }
        break;
      default:
        response.setHeader('allow', 'POST, GET, OPTIONS');
        return refuse(response, 405, 'Use POST, or GET for queries.');
    }
    if (!origins.isWelcome(request)) {
      return refuse(
        response,
        403,
        'Pages of this origin may not call the server; CORS_ORIGINS names those that may.',
      );
    }
    const asked = streamFormatOf(request);
    return asked === null ? answers.handle(request, response) : streams.handle(request, response, asked);
  }

  async function answerReady(response: ServerResponse): Promise<void> {
    if (isClosing()) return answer(response, 503, { status: 'closing' });
    try {
      await checkStore();
    } catch (error) {
      report(error);
      return answer(response, 503, { status: 'store unavailable' });
    }
    answer(response, 200, { status: 'ready' });
  }

  return createServer(
    {
      // Node's own threshold differs from version to version, and only a socket that passed it says when it has drained.
      highWaterMark: limits.bufferedBytes,
      maxHeaderSize: HEADER_BYTES,
      headersTimeout: limits.headersMs,
      requestTimeout: limits.bodyMs,
      connectionsCheckingInterval: 500,
      keepAliveTimeout: KEEP_ALIVE_MS,
    },
    (request, response) => {
      route(request, response)
        .catch((error: unknown) => {
          report(error);
          if (response.headersSent) response.destroy();
          else answer(response, 500, { status: 'internal server error' });
        })
        .finally(() => cutWhenStalled(response, limits));
    },
  );
}

/** An answer that is whole and that its client does not take is not kept for ever; one that it takes slowly is. */
function cutWhenStalled(response: ServerResponse, { bufferedBytes, stallMs }: TransportLimits): void {
  if (response.destroyed || response.writableLength < bufferedBytes) return;
  response.setTimeout(stallMs, () => response.destroy());
}

/** Of every answer; the playground has a policy of its own. */
const SECURITY_HEADERS = [
  ['content-security-policy', "default-src 'none'; frame-ancestors 'none'"],
  ['cross-origin-resource-policy', 'same-origin'],
  ['referrer-policy', 'no-referrer'],
  ['x-content-type-options', 'nosniff'],
  ['x-frame-options', 'DENY'],
] as const;

/** A browser that visits, not a client that asks. */
function prefersHtml({ headers }: IncomingMessage): boolean {
  return headers.accept?.includes('text/html') ?? false;
}

/** Whether no page of another origin can have made a browser send this without being asked first. */
function isDeliberate({ headers }: IncomingMessage): boolean {
  return (
    headers['x-graphql-csrf'] !== undefined ||
    headers['apollo-require-preflight'] !== undefined ||
    // Browsers may send passwords that they remember by themselves, and tokens never.
    /^bearer /i.test(headers.authorization ?? '') ||
    isJsonType(headers['content-type']) ||
    headers['sec-fetch-site'] === 'same-origin'
  );
}

/** A request that never becomes an operation is answered with an error of the same form. */
function refuse(response: ServerResponse, status: number, message: string): void {
  const error = publicError(coded(status === 403 ? 'FORBIDDEN' : 'BAD_REQUEST', message));
  answer(response, status, { errors: [error.toJSON()] });
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}
