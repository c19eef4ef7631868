import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Answers } from './answers.ts';
import { createConsole } from './console.ts';
import { createGraphiQL } from './graphiql.ts';
import type { Hosts } from './hosts.ts';
import { setHead } from './head.ts';
import { answerJson, refuseRequest } from './http-refusal.ts';
import { isJsonType, isPlainJson } from './json-type.ts';
import type { TransportLimits } from './limits.ts';
import type { OperatorEndpoints } from './operator-endpoints.ts';
import type { Origins } from './origins.ts';
import { pathOf } from './path.ts';
import { REQUEST_ID } from './request-id.ts';
import type { Route } from './request-observer.ts';
import type { RequestRecord, RequestRecords } from './request-record.ts';
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
  readonly operators: OperatorEndpoints;
  readonly records: RequestRecords;
  /** Whether the server is on its way out. */
  readonly isClosing: () => boolean;
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
    operators,
    records,
    isClosing,
  } = options;
  const graphiql = createGraphiQL(path);
  const showConsole = createConsole();

  const routeOf = (request: IncomingMessage): Route => {
    const asked = pathOf(request);
    if (asked === '/' || asked.startsWith('/assets/')) return 'page';
    if (asked !== path) return OPERATOR_ROUTES.get(asked) ?? 'none';
    if (request.method === 'OPTIONS') return 'none';
    return hasPlayground && request.method === 'GET' && prefersHtml(request) ? 'page' : 'graphql';
  };

  const answer = async (
    request: IncomingMessage,
    response: ServerResponse,
    record: RequestRecord,
    route: Exclude<Route, 'graphql'>,
  ): Promise<void> => {
    setHead(response, record.id);
    switch (route) {
      case 'health':
        return operators.health(response);
      case 'ready':
        return operators.ready(response);
      case 'metrics':
        return operators.metrics(request, response, record);
      case 'page':
      case 'none':
        if (await showConsole(request, response)) return;
        if (pathOf(request) === path) return await answerGraphQL(request, response, record);
        if (pathOf(request) !== '/') return answerJson(response, 404, { status: 'not found' });
        response.writeHead(302, { location: path }).end();
    }
  };

  /** What answers an operation writes its head whole. */
  async function answerGraphQL(
    request: IncomingMessage,
    response: ServerResponse,
    record: RequestRecord,
  ): Promise<void> {
    const refuse = (status: number, message: string): void =>
      refuseRequest(response, record, status, message);
    const fault = hosts.faultOf(request);
    if (fault !== null) return refuse(fault.status, fault.message);
    origins.allow(request, response);
    switch (request.method) {
      case 'OPTIONS':
        return origins.preflight(request, response);
      case 'GET':
        if (hasPlayground && prefersHtml(request)) return graphiql(request, response);
        if (guardsGet && !isDeliberate(request)) {
          return refuse(403, 'A query by GET needs a header that pages cannot send unasked: x-graphql-csrf.');
        }
        break;
      case 'POST':
        // Forms and plain text may be sent here by any page on the web, without asking.
        if (!isPlainJson(request.headers['content-type'], request.headers['content-encoding'])) {
          return refuse(415, 'A request is JSON: send it with content-type: application/json.');
        }
        break;
      default:
        response.setHeader('allow', 'POST, GET, OPTIONS');
        return refuse(405, 'Use POST, or GET for queries.');
    }
    if (!origins.isWelcome(request)) {
      return refuse(403, 'Pages of this origin may not call the server; CORS_ORIGINS names those that may.');
    }
    const asked = streamFormatOf(request);
    if (asked === null) return await record.run(() => answers.handle(request, response, record));
    record.goBy(asked.format.transport);
    setHead(response, record.id);
    return await record.run(() => streams.handle(request, response, asked, record));
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
      const { headers } = request;
      const route = routeOf(request);
      const brought = { requestId: headers[REQUEST_ID], traceparent: headers['traceparent'] };
      const record = records.begin(route, 'http', brought);
      record.endWith(response);
      // A server on its way out answers, and lets no client keep the connection for the next request.
      if (isClosing()) response.setHeader('connection', 'close');
      const answered =
        route === 'graphql'
          ? answerGraphQL(request, response, record)
          : answer(request, response, record, route);
      void answered.then(
        () => cutWhenStalled(response, limits),
        (error: unknown) => {
          record.report(error);
          record.fail('INTERNAL_SERVER_ERROR');
          if (response.headersSent) response.destroy();
          else {
            setHead(response, record.id);
            answerJson(response, 500, { status: 'internal server error' });
          }
          cutWhenStalled(response, limits);
        },
      );
    },
  );
}

/** An answer that is whole and that its client does not take is not kept for ever; one that it takes slowly is. */
function cutWhenStalled(response: ServerResponse, { bufferedBytes, stallMs }: TransportLimits): void {
  if (response.destroyed || response.writableLength < bufferedBytes) return;
  response.setTimeout(stallMs, () => response.destroy());
}

const OPERATOR_ROUTES: ReadonlyMap<string, Route> = new Map([
  ['/health', 'health'],
  ['/ready', 'ready'],
  ['/metrics', 'metrics'],
]);

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
