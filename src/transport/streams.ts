import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { OperationTypeNode } from 'graphql';
import type { Clock } from '../core/clock.ts';
import { UnauthenticatedError } from '../core/errors.ts';
import { clientError } from '../graphql/errors.ts';
import type { Admission } from './admission.ts';
import type { Credential } from './auth/credential.ts';
import type { CredentialWatch } from './auth/credential-watch.ts';
import { answer, postOnly, refuse } from './http-answer.ts';
import type { Operation, Operations } from './operations.ts';
import type { Outlets } from './outlet.ts';
import { errorsOf, failure, payloadOf, Payload } from './payload.ts';
import type { Quota } from './quota.ts';
import { readOperationRequest } from './request.ts';
import type { RequestRecord } from './request-record.ts';
import type { AskedFormat, StreamFormat } from './stream-format.ts';
import type { Subscription, Subscriptions } from './subscriptions.ts';

export interface StreamsOptions {
  readonly admission: Admission;
  readonly operations: Operations;
  readonly subscriptions: Subscriptions;
  readonly outlets: Outlets;
  readonly watch: CredentialWatch;
  /** How many subscriptions a user may have. */
  readonly quota: Quota;
  readonly clock: Clock;
  /** Milliseconds between signs of life on a stream. */
  readonly heartbeatMs: number;
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
  async handle(
    request: IncomingMessage,
    response: ServerResponse,
    asked: AskedFormat,
    record: RequestRecord,
  ): Promise<void> {
    const { admission, operations } = this.#options;
    try {
      const { credential, bodyBytes } = await admission.admit(request);
      record.admit(credential);
      await operations.begin(credential);
      const read = await readOperationRequest(request, bodyBytes, (bytes) =>
        operations.beginParsing(credential, bytes),
      );
      if (read === null) return;
      const operation = operations.prepare(read, credential, lastEventIdOf(request));
      record.ask(operation);
      if (operation.type === OperationTypeNode.SUBSCRIPTION) {
        return await this.#subscribe(response, asked.format, operation, credential, record);
      }
      if (operation.type === OperationTypeNode.MUTATION && request.method === 'GET') throw postOnly();
      const payload = payloadOf(await operations.execute(operation), record.report);
      if (asked.single === null) answerStream(response, record, asked.format, payload);
      else answer(response, record, 200, asked.single, payload);
    } catch (error) {
      this.#refuse(response, record, asked, errorsOf(error));
    }
  }

  /** Cuts all streams without a word: an orderly end would tell clients that there is nothing to come back for. */
  cut(): void {
    this.#isCut = true;
    for (const response of this.#open) response.destroy();
  }

  async #subscribe(
    response: ServerResponse,
    format: StreamFormat,
    operation: Operation,
    credential: Credential,
    record: RequestRecord,
  ): Promise<void> {
    // A request that was sent ahead waits for its turn: until then nothing would tell that its client has left.
    if (response.socket === null) await once(response, 'socket');
    if (this.#isCut) response.destroy();
    if (response.destroyed) return;
    const giveBack = this.#options.quota.take(credential);
    const opening = this.#options.subscriptions.open(operation);
    this.#open.add(response);
    response.once('close', () => {
      giveBack();
      this.#open.delete(response);
      // Who leaves while it is set up would otherwise be followed for ever.
      void opening.then((opened) => (opened instanceof Payload ? undefined : opened.close()));
    });
    const opened = await opening;
    if (opened instanceof Payload) return answerStream(response, record, format, opened);
    await this.#deliver(response, format, opened, credential, record);
  }

  async #deliver(
    response: ServerResponse,
    format: StreamFormat,
    opened: Subscription,
    credential: Credential,
    record: RequestRecord,
  ): Promise<void> {
    const { socket } = response;
    if (response.destroyed || socket === null) return;
    const { clock, heartbeatMs, outlets, watch } = this.#options;
    const { frame, heartbeat, ending } = format;
    begin(response, format);
    const outlet = outlets.open(socket, () => response.destroy());
    const stopHeart = clock.every(heartbeatMs, () => {
      // One that does not read needs nothing more to read.
      if (!outlet.isWaiting) response.write(heartbeat);
    });
    let isRefused = false;
    const stopWatching = watch.watch(credential, () => {
      isRefused = true;
      response.write(record.tell(failure([new UnauthenticatedError()], record.report)).framed(frame));
      void opened.close();
    });
    const sink = record.follow({
      write: (parcel) => {
        if (!isRefused) response.write(parcel.framed(frame));
        return outlet.isFree;
      },
      ready: () => outlet.ready(),
    });
    try {
      await opened.deliver(sink);
    } finally {
      stopHeart();
      stopWatching();
      // What waits at the end may never be taken, either.
      response.once('close', () => outlet.close());
    }
    response.end(ending);
  }

  /** What is no operation: as a result in the stream where it can be one, else as an answer of its own. */
  #refuse(
    response: ServerResponse,
    record: RequestRecord,
    { format, single }: AskedFormat,
    errors: readonly unknown[],
  ): void {
    const { report } = record;
    const told = errors.map((error) => clientError(error, report));
    const isResult = told.every(
      ({ extensions: { http } }) => http?.spec !== false && !ALONE.has(http?.status),
    );
    if (isResult) answerStream(response, record, format, failure(told, report));
    else refuse(response, record, single ?? 'application/graphql-response+json', told);
  }
}

/** Statuses that say what a stream cannot: who may ask, how often, and how. */
const ALONE: ReadonlySet<number | undefined> = new Set([401, 403, 405, 406, 429]);

function begin(response: ServerResponse, { contentType, opening }: StreamFormat): void {
  response.writeHead(200, {
    'content-type': contentType,
    'cache-control': 'no-cache, no-transform',
    // Proxies that gather answers would keep events back.
    'x-accel-buffering': 'no',
  });
  response.write(opening);
}

function answerStream(
  response: ServerResponse,
  record: RequestRecord,
  format: StreamFormat,
  payload: Payload,
): void {
  if (response.destroyed) return;
  begin(response, format);
  response.write(record.tell(payload).framed(format.frame));
  response.end(format.ending);
}

/** What a browser's EventSource had last when it was cut off. */
function lastEventIdOf({ headers }: IncomingMessage): string | undefined {
  const id = headers['last-event-id'];
  return typeof id === 'string' && id !== '' ? id : undefined;
}
