import type { Logger } from 'pino';
import type { Metrics } from '../adapters/prometheus/metrics.ts';
import type { RequestObserver, RequestSummary } from '../transport/request-observer.ts';

/** Counts requests, and writes a line of the log for each when it is over. */
export function requestObserver(log: Logger, { requests }: Metrics): RequestObserver {
  return {
    ended(summary) {
      if (summary.route === 'graphql') {
        requests.request(summary);
        if (log.isLevelEnabled('info')) log.info(lineOf(summary), 'Request');
        // Probes come every few seconds.
      } else if (log.isLevelEnabled('debug')) log.debug(lineOf(summary), 'Request');
    },
    delivered: (transport, count) => requests.delivered(transport, count),
    watched: (transport, change) => requests.watched(transport, change),
    connected: (change) => requests.connected(change),
    cut: () => requests.cut(),
  };
}

/** The fields of a line; those that say nothing are undefined, which the log leaves out. */
function lineOf(summary: RequestSummary): object {
  const { requestId, route, transport, kind, operation, field, caller, outcome } = summary;
  const { status, durationMs, bytes, events } = summary;
  return {
    requestId,
    route,
    transport,
    kind: kind ?? undefined,
    operation: operation ?? undefined,
    field: field ?? undefined,
    caller: caller ?? undefined,
    code: outcome,
    status: status ?? undefined,
    // A tenth of a millisecond is more than the clocks of two logs agree on.
    ms: Math.round(durationMs * 10) / 10,
    bytes,
    events: events ?? undefined,
  };
}
