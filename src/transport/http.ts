import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { coded, publicError, type ReportFault } from '../graphql/errors.ts';
import type { Answers } from './answers.ts';
import type { GraphQLPipeline } from './graphql.ts';
import { createGraphiQL } from './graphiql.ts';
import { FULL_BYTES } from './outlet.ts';
import { pathOf } from './path.ts';
import { streamFormatOf } from './stream-format.ts';
import type { Streams } from './streams.ts';

export interface HttpOptions {
  readonly pipeline: GraphQLPipeline;
  readonly answers: Answers;
  readonly streams: Streams;
  readonly path: string;
  /** Resolves when the store works; else throws. */
  readonly checkStore: () => Promise<void>;
  /** Whether the server is on its way out: no longer ready. */
  readonly isClosing: () => boolean;
  readonly report: ReportFault;
}

/** The HTTP server: GraphQL and its playground at one path, and what operators ask beside it. */
export function createHttpServer(options: HttpOptions): Server {
  const { pipeline, answers, streams, path, checkStore, isClosing, report } = options;
  const graphiql = createGraphiQL(path);

  const route = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    // A server on its way out answers, and lets no client keep the connection for the next request.
    if (isClosing()) response.setHeader('connection', 'close');
    // Yoga makes an address of it, and answers one that is none with its own stack.
    if (!URL.canParse(`http://${request.headers.host ?? 'server'}`)) {
      return refuse(response, 400, 'The Host header names no host.');
    }
    switch (pathOf(request)) {
      case path:
        if (request.method === 'POST' && !isJson(request)) {
          return refuse(response, 415, 'A request is JSON: send it with content-type: application/json.');
        }
        if (request.method === 'GET' && prefersHtml(request)) return graphiql(request, response);
        return answerOperation(request, response);
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

  async function answerOperation(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== 'POST' && request.method !== 'GET') return pipeline.handle(request, response);
    const asked = streamFormatOf(request);
    if (asked !== null) return streams.handle(request, response, asked);
    if (request.method === 'POST') return answers.handle(request, response);
    if (takesJson(request)) return pipeline.handle(request, response);
    refuse(response, 406, 'An answer is JSON, or a stream: accept application/json or text/event-stream.');
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

  // Node's own threshold differs from version to version, and only a socket that passed it says when it has drained.
  return createServer({ highWaterMark: FULL_BYTES }, (request, response) => {
    route(request, response).catch((error: unknown) => {
      report(error);
      if (response.headersSent) response.destroy();
      else answer(response, 500, { status: 'internal server error' });
    });
  });
}

/** A browser that visits, not a client that asks. */
function prefersHtml({ headers }: IncomingMessage): boolean {
  return headers.accept?.includes('text/html') ?? false;
}

function takesJson({ headers: { accept } }: IncomingMessage): boolean {
  return (
    accept === undefined ||
    /(?:^|[\s,])(?:\*\/\*|application\/(?:\*|(?:graphql-response\+)?json))/i.test(accept)
  );
}

/** Forms and plain text, which any page on the web may send here without asking, are no way to write. */
function isJson({ headers }: IncomingMessage): boolean {
  return /^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i.test(headers['content-type'] ?? '');
}

/** A request that never becomes an operation is answered with an error of the same form. */
function refuse(response: ServerResponse, status: number, message: string): void {
  const error = publicError(coded('BAD_REQUEST', message));
  answer(response, status, { errors: [error.toJSON()] });
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}
