import type { Logger } from 'pino';
import type { ExportedTracing } from '../adapters/opentelemetry/tracing.ts';
import type { TracesConfig } from '../config.ts';
import type { TracedRequest, Tracing } from '../core/tracing.ts';

export interface OpenedTracing {
  readonly tracing: Tracing;
  /** Resolves when requests are traced. */
  readonly ready: Promise<void>;
  /** Sends what has not been sent. */
  close(): Promise<void>;
}

const UNTRACED: TracedRequest = { run: (work) => work(), end: () => undefined };

/** null: nothing is traced, and nothing of OpenTelemetry is loaded, which takes some time and memory. */
export function openTracing(config: TracesConfig | null, log: Logger): OpenedTracing | null {
  if (config === null) return null;
  const { endpoint, ...options } = config;
  let opened: ExportedTracing | null = null;
  const ready = import('../adapters/opentelemetry/tracing.ts').then(({ createTracing }) => {
    opened = createTracing({
      ...options,
      url: `${endpoint.replace(/\/+$/, '')}/v1/traces`,
      onError: (error) => log.warn({ err: error }, 'Traces could not be sent'),
    });
  });
  return {
    tracing: {
      begin: (parent) => opened?.begin(parent) ?? UNTRACED,
      part: (name, work) => (opened === null ? work() : opened.part(name, work)),
    },
    ready,
    async close() {
      await ready;
      // One that cannot be reached has been told of.
      await opened?.close().catch(() => undefined);
    },
  };
}
