import type { IncomingMessage, ServerResponse } from 'node:http';
import { OperationTypeNode } from 'graphql';
import type { Clock } from '../core/clock.ts';
import type { Sink } from '../core/feed/audience.ts';
import { clientError, coded, type ReportFault } from '../graphql/errors.ts';
import type { GraphQLPipeline } from './graphql.ts';
import { prepareOperation, type Operation } from './operation.ts';
import type { Outlets } from './outlet.ts';
import { errorsOf, failure, payloadOf, Payload } from './payload.ts';
import { readOperationRequest } from './request.ts';
import type { StreamFormat } from './stream-format.ts';
import type { Subscriptions } from './subscriptions.ts';

export interface StreamsOptions {
  readonly pipeline: GraphQLPipeline;
  readonly subscriptions: Subscriptions;
  readonly outlets: Outlets;
  readonly clock: Clock;
  /** Milliseconds between signs of life on a stream. */
  readonly heartbeatMs: number;
  readonly report: ReportFault;
}

/** Subscriptions over HTTP: one long answer each, as server-sent events or in parts. */
export class Streams {
  readonly #options: StreamsOptions;
  readonly #open = new Set<ServerResponse>();

  constructor(options: StreamsOptions) {
    this.#options = options;
  }

  /** Answers a request whose client asks for that format. */
  async handle(request: IncomingMessage, response: ServerResponse, format: StreamFormat): Promise<void> {
    const { pipeline, report } = this.#options;
    let operation: Operation;
    try {
      const asked = await readOperationRequest(request);
      // Not under the name `request`: rules for plain answers would refuse what comes by GET.
      const stages = pipeline.stages({ http: request, lastEventId: lastEventIdOf(request) });
      operation = await prepareOperation(stages, asked);
      if (request.method === 'GET' && operation.type === OperationTypeNode.MUTATION) {
        response.setHeader('allow', 'POST');
        throw coded('BAD_REQUEST', 'A mutation is sent by POST.', undefined, {}, { status: 405 });
      }
    } catch (error) {
      return this.#refuse(response, format, error);
    }
    if (operation.type === OperationTypeNode.SUBSCRIPTION)
      return this.#subscribe(response, format, operation);
    const payload = payloadOf(await operation.stages.execute(operation.args), report);
    if (format.forAnyOperation) answerStream(response, format, payload);
    else answerJson(response, 200, payload);
  }

  /** Cuts all streams without a word: an orderly end would tell clients that there is nothing to come back for. */
  cut(): void {
    for (const response of this.#open) response.destroy();
  }

  async #subscribe(response: ServerResponse, format: StreamFormat, operation: Operation): Promise<void> {
    const opening = this.#options.subscriptions.open(operation);
    this.#open.add(response);
    response.once('close', () => {
      this.#open.delete(response);
      // Who leaves while it is set up would otherwise be followed for ever.
      void opening.then((opened) => (opened instanceof Payload ? undefined : opened.close()));
    });
    const opened = await opening;
    if (opened instanceof Payload) return answerStream(response, format, opened);
    if (response.destroyed) return;
    begin(response, format);
    const stop = this.#keepAlive(response, format);
    try {
      await opened.deliver(this.#sink(response, format));
    } finally {
      stop();
    }
    response.end(format.ending);
  }

  #sink(response: ServerResponse, { frame }: StreamFormat): Sink<Payload> {
    const outlet = this.#options.outlets.open({
      stream: response,
      written: () => response.socket?.bytesWritten ?? 0,
      cut: () => response.destroy(),
    });
    return {
      write: (payload) => {
        response.write(payload.framed(frame));
        return outlet.isFree;
      },
      ready: () => outlet.ready(),
    };
  }

  #keepAlive(response: ServerResponse, { heartbeat }: StreamFormat): () => void {
    const { clock, heartbeatMs } = this.#options;
    return clock.every(heartbeatMs, () => {
      // One that does not read is watched already, and needs nothing more to read.
      if (response.writableLength === 0) response.write(heartbeat);
    });
  }

  /** What is no operation: as a result in the stream where it can be one, else as an answer of its own. */
  #refuse(response: ServerResponse, format: StreamFormat, error: unknown): void {
    const { report } = this.#options;
    const payload = failure(errorsOf(error), report);
    const [first] = errorsOf(error).map((one) => clientError(one, report).extensions);
    const http = first?.['http'];
    if (http?.spec === false || http?.status === 405) answerJson(response, http.status ?? 400, payload);
    else answerStream(response, format, payload);
  }
}

function begin(response: ServerResponse, { contentType, opening }: StreamFormat): void {
  response.writeHead(200, {
    'content-type': contentType,
    'cache-control': 'no-cache, no-transform',
    // Proxies that gather answers would keep events back.
    'x-accel-buffering': 'no',
  });
  response.write(opening);
}

function answerStream(response: ServerResponse, format: StreamFormat, payload: Payload): void {
  if (response.destroyed) return;
  begin(response, format);
  response.write(payload.framed(format.frame));
  response.end(format.ending);
}

function answerJson(response: ServerResponse, status: number, { json }: Payload): void {
  if (response.destroyed) return;
  response.writeHead(status, {
    'content-type': 'application/graphql-response+json; charset=utf-8',
    'cache-control': 'no-store',
  });
  response.end(json);
}

/** What a browser's EventSource had last when it was cut off. */
function lastEventIdOf({ headers }: IncomingMessage): string | undefined {
  const id = headers['last-event-id'];
  return typeof id === 'string' && id !== '' ? id : undefined;
}
