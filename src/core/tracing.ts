/** What is said of a span, beside its name and its times. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

/** How a span ended. */
export interface SpanEnd {
  readonly attributes: SpanAttributes;
  readonly failed: boolean;
}

/** One request while it is traced. */
export interface TracedRequest {
  /** Runs work as a part of the request: what `Tracing.part` is asked for meanwhile belongs to it. */
  run<T>(work: () => T): T;
  /** Ends its span; what belongs to the request and begins later is not traced. Once. */
  end(name: string, end: SpanEnd): void;
}

/** Shows where the time of a request goes, to a collector of traces. */
export interface Tracing {
  /** @param parent The header `traceparent` of W3C Trace Context, as it came: it makes this a part of the caller's trace. */
  begin(parent: string | undefined): TracedRequest;
  /** Runs work as a span of the request that goes on; outside of one it is only run. */
  part<T>(name: string, work: () => Promise<T>): Promise<T>;
}
