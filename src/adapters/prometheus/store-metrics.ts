import { Counter, Histogram, type Registry } from 'prom-client';

/** Seconds: from what a file answers from its cache to the patience with a Redis that is silent. */
const SECONDS = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5];

/** What of a draft each of these calls does. */
const DRAFT_WRITES: ReadonlyMap<string, string> = new Map([
  ['startDraft', 'start'],
  ['appendToDraft', 'append'],
]);

/** What the store does, whichever it is, and what is sent to Redis where it is that. */
export function storeMetrics(registry: Registry) {
  const registers = [registry];
  const calls = new Counter({
    name: 'agent_sessions_store_calls_total',
    help: 'Calls of the store, by what became of them.',
    labelNames: ['method', 'code'],
    registers,
  });
  const durations = new Histogram({
    name: 'agent_sessions_store_call_duration_seconds',
    help: 'Time that a call of the store took.',
    labelNames: ['method'],
    buckets: SECONDS,
    registers,
  });
  const appends = new Counter({
    name: 'agent_sessions_appends_total',
    help: 'Writes that were appended to the log of a session.',
    registers,
  });
  const items = new Counter({
    name: 'agent_sessions_appended_items_total',
    help: 'Items that these writes added, hand-offs included.',
    registers,
  });
  const drafts = new Counter({
    name: 'agent_sessions_draft_writes_total',
    help: 'Messages that were begun, and pieces that were added to them.',
    labelNames: ['operation'],
    registers,
  });
  const roundTrips = new Counter({
    name: 'agent_sessions_redis_round_trips_total',
    help: 'Times that commands were sent to Redis, and what became of them.',
    labelNames: ['outcome'],
    registers,
  });
  const roundTripDurations = new Histogram({
    name: 'agent_sessions_redis_round_trip_duration_seconds',
    help: 'Time until the replies of Redis were there, a wait for the connection included.',
    buckets: SECONDS,
    registers,
  });
  const scriptErrors = new Counter({
    name: 'agent_sessions_redis_script_errors_total',
    help: 'Errors of Redis, or of a script in it, that tell of a fault.',
    labelNames: ['error'],
    registers,
  });
  return {
    store: {
      call(method: string, code: string, durationMs: number): void {
        calls.inc({ method, code });
        durations.observe({ method }, durationMs / 1_000);
        const operation = DRAFT_WRITES.get(method);
        if (operation !== undefined && code === 'OK') drafts.inc({ operation });
      },
      appended(count: number): void {
        appends.inc();
        items.inc(count);
      },
    },
    redis: {
      roundTrip(outcome: string, durationMs: number): void {
        roundTrips.inc({ outcome });
        roundTripDurations.observe(durationMs / 1_000);
      },
      scriptError: (error: string): void => scriptErrors.inc({ error }),
    },
  };
}
