import type { ServerResponse } from 'node:http';
import type { Sink } from '../core/feed/audience.ts';
import type { TracedRequest, Tracing } from '../core/tracing.ts';
import { isErrorCode, type ReportFault } from '../graphql/errors.ts';
import type { Credential } from './auth/credential.ts';
import type { Operation } from './operations.ts';
import type { Parcel } from './parcel.ts';
import type { Payload } from './payload.ts';
import { requestIdOf } from './request-id.ts';
import type {
  RequestObserver,
  RequestOutcome,
  RequestSummary,
  Route,
  Transport,
} from './request-observer.ts';

export interface RequestRecordsOptions {
  /** Ids of requests that bring none. */
  readonly newId: () => string;
  /** Milliseconds since some moment, never backwards. */
  readonly elapsed: () => number;
  readonly observer: RequestObserver;
  /** null: requests are not traced. */
  readonly tracing: Tracing | null;
  /** Told of the server's own faults, and in which request. */
  readonly report: (error: unknown, requestId: string) => void;
}

/** What a request brings for its record. */
interface Brought {
  readonly requestId: unknown;
  readonly traceparent: unknown;
}

/** Makes the records of requests. */
export class RequestRecords {
  readonly #options: RequestRecordsOptions;

  constructor(options: RequestRecordsOptions) {
    this.#options = options;
  }

  /** Opens the record of a request, or of an operation on a WebSocket, which has come. */
  begin(route: Route, transport: Transport, { requestId, traceparent }: Brought): RequestRecord {
    const { newId, tracing } = this.#options;
    const traced =
      route === 'graphql' ? tracing?.begin(typeof traceparent === 'string' ? traceparent : undefined) : null;
    return new RequestRecord(this.#options, requestIdOf(requestId, newId), route, transport, traced ?? null);
  }
}

/** Who names an operation at length names it for a log that has no room. */
const NAME_CHARACTERS = 64;

/** What is known of one request by now, and its last word to whoever observes. */
export class RequestRecord {
  readonly id: string;
  /** Tells of the server's own faults in this request. */
  readonly report: ReportFault;
  readonly #options: RequestRecordsOptions;
  readonly #route: Route;
  readonly #begun: number;
  #transport: Transport;
  #traced: TracedRequest | null;
  #caller: RequestSummary['caller'] = null;
  #asked: Operation | null = null;
  #code: RequestOutcome = 'OK';
  #bytes = 0;
  #events: number | null = null;
  #isOver = false;

  constructor(
    options: RequestRecordsOptions,
    id: string,
    route: Route,
    transport: Transport,
    traced: TracedRequest | null,
  ) {
    this.#options = options;
    this.#route = route;
    this.#transport = transport;
    this.#traced = traced;
    this.#begun = options.elapsed();
    this.id = id;
    this.report = (error) => options.report(error, id);
  }

  /** Its answer goes another way than was thought when it came. */
  goBy(transport: Transport): void {
    this.#transport = transport;
  }

  /** It is known who asks. */
  admit({ viewer }: Credential): void {
    this.#caller = viewer.kind;
  }

  /** It is known what is asked. */
  ask(operation: Operation): void {
    this.#asked = operation;
  }

  /** Runs what is done for it. */
  run<T>(work: () => T): T {
    return this.#traced === null ? work() : this.#traced.run(work);
  }

  /** The first error that its client is told decides what became of it. */
  fail(code: unknown): void {
    if (this.#code === 'OK' && isErrorCode(code)) this.#code = code;
  }

  /** A payload as this client is told it: errors name the request. */
  tell(payload: Payload): Payload {
    const told = payload.forRequest(this.id);
    if (told.code !== null) this.fail(told.code);
    this.#bytes += told.bytes;
    return told;
  }

  #tellAll(parcel: Parcel): Parcel {
    const told = parcel.forRequest(this.id);
    if (told !== parcel) for (const { code } of told.payloads) if (code !== null) this.fail(code);
    this.#bytes += told.bytes;
    return told;
  }

  /**
   * It is a subscription that was accepted: what goes through the sink are its results.
   * The rest of its life is no work of its own, and is not traced.
   */
  follow(sink: Sink<Parcel>): Sink<Parcel> {
    const onResults = this.followResults();
    return {
      write: (parcel) => {
        onResults(parcel.payloads.length);
        return sink.write(this.#tellAll(parcel));
      },
      ready: () => sink.ready(),
    };
  }

  /** The same where results are counted and nothing else; the returned function is told how many there are more. */
  followResults(): (count: number) => void {
    const { observer } = this.#options;
    // Whoever left while it was set up watches nothing.
    if (this.#isOver) return () => undefined;
    observer.watched(this.#transport, 1);
    this.#events = 0;
    this.#endTrace();
    return (count) => {
      this.#events = (this.#events ?? 0) + count;
      observer.delivered(this.#transport, count);
    };
  }

  /** Whether it is a subscription that was accepted. */
  get isFollowed(): boolean {
    return this.#events !== null;
  }

  /** It is over when its answer has gone out, or its client. */
  endWith(response: ServerResponse): void {
    response.on('close', () => {
      if (!response.headersSent && this.#code === 'OK') this.#code = 'ABANDONED';
      this.end(response.headersSent ? response.statusCode : null);
    });
  }

  /** It is over; may be called twice. */
  end(status: number | null = null): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#endTrace();
    const { observer, elapsed } = this.#options;
    if (this.#events !== null) observer.watched(this.#transport, -1);
    observer.ended({
      requestId: this.id,
      route: this.#route,
      transport: this.#transport,
      kind: this.#asked?.type ?? null,
      operation: this.#asked?.name?.slice(0, NAME_CHARACTERS) ?? null,
      field: this.#asked?.field ?? null,
      caller: this.#caller,
      outcome: this.#code,
      status,
      durationMs: elapsed() - this.#begun,
      bytes: this.#bytes,
      events: this.#events,
    });
  }

  #endTrace(): void {
    const traced = this.#traced;
    if (traced === null) return;
    this.#traced = null;
    const name = this.#asked === null ? 'request' : `${this.#asked.type} ${this.#asked.field ?? ''}`;
    traced.end(name.trim(), {
      failed: this.#code !== 'OK',
      attributes: {
        'request.id': this.id,
        'agent_sessions.transport': this.#transport,
        'agent_sessions.outcome': this.#code,
        ...(this.#asked === null ? {} : { 'graphql.operation.type': this.#asked.type }),
      },
    });
  }
}
