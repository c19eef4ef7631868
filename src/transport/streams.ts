import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { OperationTypeNode } from 'graphql';
import type { Clock } from '../core/clock.ts';
import { clientError, coded, type ReportFault } from '../graphql/errors.ts';
import { answerOperation, refuse } from './answers.ts';
import type { GraphQLPipeline } from './graphql.ts';
import { prepareOperation, type Operation, type OperationRequest } from './operation.ts';
import type { Outlets } from './outlet.ts';
import { errorsOf, failure, payloadOf, Payload } from './payload.ts';
import { readOperationRequest } from './request.ts';
import type { AskedFormat, StreamFormat } from './stream-format.ts';
import type { Subscription, Subscriptions } from './subscriptions.ts';

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
  #isCut = false;

  constructor(options: StreamsOptions) {
    this.#options = options;
  }

  /** Answers a request whose client asks for that format. */
  async handle(request: IncomingMessage, response: ServerResponse, asked: AskedFormat): Promise<void> {
    let operation: Operation;
    try {
      const read = await readOperationRequest(request);
      if (read === null) return;
      operation = await this.#prepare(request, response, read);
    } catch (error) {
      return this.#refuse(response, asked.format, error);
    }
    if (operation.type === OperationTypeNode.SUBSCRIPTION) {
      return this.#subscribe(response, asked.format, operation);
    }
    const { report } = this.#options;
    if (asked.single !== null) return answerOperation(response, asked.single, operation, report);
    const result = await operation.stages.execute(operation.args);
    answerStream(response, asked.format, payloadOf(result, report));
  }

  /** Cuts all streams without a word: an orderly end would tell clients that there is nothing to come back for. */
  cut(): void {
    this.#isCut = true;
    for (const response of this.#open) response.destroy();
  }

  async #prepare(
    request: IncomingMessage,
    response: ServerResponse,
    asked: OperationRequest,
  ): Promise<Operation> {
    // Not under the name `request`: rules for plain answers would refuse what comes by GET.
    const stages = this.#options.pipeline.stages({ http: request, lastEventId: lastEventIdOf(request) });
    const operation = await prepareOperation(stages, asked);
    if (request.method === 'GET' && operation.type === OperationTypeNode.MUTATION) {
      response.setHeader('allow', 'POST');
      throw coded('BAD_REQUEST', 'A mutation is sent by POST.', undefined, {}, { status: 405 });
    }
    return operation;
  }

  async #subscribe(response: ServerResponse, format: StreamFormat, operation: Operation): Promise<void> {
    // A request that was sent ahead waits for its turn: until then nothing would tell that its client has left.
    if (response.socket === null) await once(response, 'socket');
    if (this.#isCut) response.destroy();
    if (response.destroyed) return;
    const opening = this.#options.subscriptions.open(operation);
    this.#open.add(response);
    response.once('close', () => {
      this.#open.delete(response);
      // Who leaves while it is set up would otherwise be followed for ever.
      void opening.then((opened) => (opened instanceof Payload ? undefined : opened.close()));
    });
    const opened = await opening;
    if (opened instanceof Payload) return answerStream(response, format, opened);
    await this.#deliver(response, format, opened);
  }

  async #deliver(response: ServerResponse, format: StreamFormat, opened: Subscription): Promise<void> {
    const { socket } = response;
    if (response.destroyed || socket === null) return;
    const { clock, heartbeatMs, outlets } = this.#options;
    const { frame, heartbeat, ending } = format;
    begin(response, format);
    const outlet = outlets.open(socket, () => response.destroy());
    const stopHeart = clock.every(heartbeatMs, () => {
      // One that does not read needs nothing more to read.
      if (!outlet.isWaiting) response.write(heartbeat);
    });
    try {
      await opened.deliver({
        write: (payload) => {
          response.write(payload.framed(frame));
          return outlet.isFree;
        },
        ready: () => outlet.ready(),
      });
    } finally {
      stopHeart();
      outlet.close();
    }
    response.end(ending);
  }

  /** What is no operation: as a result in the stream where it can be one, else as an answer of its own. */
  #refuse(response: ServerResponse, format: StreamFormat, error: unknown): void {
    const { report } = this.#options;
    const errors = errorsOf(error).map((one) => clientError(one, report));
    const http = errors[0]?.extensions['http'];
    if (http?.spec === false || http?.status === 405) {
      return refuse(response, 'application/graphql-response+json', errors, report);
    }
    answerStream(response, format, failure(errors, report));
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

/** What a browser's EventSource had last when it was cut off. */
function lastEventIdOf({ headers }: IncomingMessage): string | undefined {
  const id = headers['last-event-id'];
  return typeof id === 'string' && id !== '' ? id : undefined;
}
