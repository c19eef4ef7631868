import { AsyncLocalStorage } from 'node:async_hooks';
import {
  isSpanContextValid,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Context,
  type Span,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
  type SpanExporter,
} from '@opentelemetry/sdk-trace';
import type { Tracing } from '../../core/tracing.ts';

export interface ExportOptions {
  /** Where spans are sent, whole: `http://localhost:4318/v1/traces`. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** What this server is called among all that are traced. */
  readonly serviceName: string;
  /** How many of the traces that begin here are kept, 0 to 1. */
  readonly ratio: number;
  /** Told of spans that could not be sent; they are lost. */
  readonly onError: (error: unknown) => void;
}

export interface ExportedTracing extends Tracing {
  /** Sends what has not been sent. */
  close(): Promise<void>;
}

/** Milliseconds for one sending, with all that it is tried again: a server that ends waits for the last one. */
const SENDING_MS = 2_000;

/** Spans by OpenTelemetry, sent as OTLP over HTTP. Nothing is global: several servers may share a process. */
export function createTracing({ url, headers, serviceName, ratio, onError }: ExportOptions): ExportedTracing {
  const exporter = new OTLPTraceExporter({ url, headers: { ...headers }, timeoutMillis: SENDING_MS });
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': serviceName }),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) }),
    spanProcessors: [new BatchSpanProcessor({ exporter: telling(exporter, onError) })],
  });
  const tracer = provider.getTracer('agent-sessions');
  const current = new AsyncLocalStorage<Span>();
  return {
    begin(parent) {
      const span = tracer.startSpan('request', { kind: SpanKind.SERVER }, contextOf(parent));
      return {
        run: (work) => current.run(span, work),
        end(name, { attributes, failed }) {
          span.updateName(name).setAttributes(attributes);
          if (failed) span.setStatus({ code: SpanStatusCode.ERROR });
          span.end();
        },
      };
    },
    async part(name, work) {
      const parent = current.getStore();
      // What a subscription does after it was accepted is no part of the request that asked for it.
      if (parent?.isRecording() !== true) return work();
      const span = tracer.startSpan(name, { kind: SpanKind.CLIENT }, trace.setSpan(ROOT_CONTEXT, parent));
      try {
        return await work();
      } catch (error) {
        span.setStatus({ code: SpanStatusCode.ERROR });
        throw error;
      } finally {
        span.end();
      }
    },
    close: () => provider.shutdown(),
  };
}

/** Of W3C Trace Context; what does not fit it begins a trace of its own. */
function contextOf(parent = ''): Context {
  const [, traceId = '', spanId = '', flags = ''] =
    /^(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-|$)/.exec(parent) ?? [];
  const spanContext = { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & 1, isRemote: true };
  return isSpanContextValid(spanContext) ? trace.setSpanContext(ROOT_CONTEXT, spanContext) : ROOT_CONTEXT;
}

/** The same exporter; what the SDK would tell nobody is told. */
function telling(exporter: SpanExporter, onError: (error: unknown) => void): SpanExporter {
  return {
    export: (spans, done) => {
      exporter.export(spans, (result) => {
        if (result.error !== undefined) onError(result.error);
        done(result);
      });
    },
    shutdown: () => exporter.shutdown(),
  };
}
