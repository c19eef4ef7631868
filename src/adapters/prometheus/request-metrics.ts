import { Counter, Gauge, type Registry } from 'prom-client';
import { Tally } from './tally.ts';
import { Timings } from './timings.ts';

/** What is counted of a request. */
export interface CountedRequest {
  readonly transport: string;
  /** null: it was refused before that was known. */
  readonly kind: string | null;
  readonly outcome: string;
  readonly durationMs: number;
  readonly bytes: number;
}

/** Seconds: from what one process answers from memory to what is cut for taking too long. */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15];

/** What the transports do. */
export function requestMetrics(registry: Registry) {
  const registers = [registry];
  const requests = Tally.counter({
    registry,
    name: 'agent_sessions_requests_total',
    help: 'GraphQL requests, and operations on WebSockets, that are over, by what became of them.',
    labels: ['transport', 'kind', 'code'],
  });
  const durations = new Timings({
    registry,
    name: 'agent_sessions_request_duration_seconds',
    help: 'Time from the arrival of a query or a mutation until its answer was handed to the system.',
    labels: ['kind'],
    buckets: SECONDS,
  });
  const bytes = Tally.counter({
    registry,
    name: 'agent_sessions_result_bytes_total',
    help: 'Results of requests that are over, bytes of JSON.',
    labels: ['transport'],
  });
  const deliveries = Tally.counter({
    registry,
    name: 'agent_sessions_deliveries_total',
    help: 'Results that subscribers were given.',
    labels: ['transport'],
  });
  const watchers = Tally.gauge({
    registry,
    name: 'agent_sessions_watchers',
    help: 'Subscriptions that are open.',
    labels: ['transport'],
  });
  const sockets = new Gauge({
    name: 'agent_sessions_open_sockets',
    help: 'WebSockets that are open.',
    registers,
  });
  const cuts = new Counter({
    name: 'agent_sessions_slow_reader_cuts_total',
    help: 'Connections that were cut because their clients took nothing of what waited for them.',
    registers,
  });
  const faults = new Counter({
    name: 'agent_sessions_faults_total',
    help: "The server's own faults, each of which the log describes.",
    registers,
  });
  return {
    request({ transport, kind, outcome, durationMs, bytes: sent }: CountedRequest): void {
      requests.add(`${transport} ${kind ?? 'none'} ${outcome}`);
      bytes.add(transport, sent);
      if (kind === 'query' || kind === 'mutation') durations.add(kind, durationMs);
    },
    delivered: (transport: string, count: number) => deliveries.add(transport, count),
    watched: (transport: string, change: 1 | -1) => watchers.add(transport, change),
    connected: (change: 1 | -1) => sockets.inc(change),
    cut: () => cuts.inc(),
    fault: () => faults.inc(),
  };
}
