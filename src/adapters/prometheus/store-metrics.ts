import { Counter, type Registry } from 'prom-client';
import { Tally } from './tally.ts';
import { Timings } from './timings.ts';

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
  const calls = Tally.counter({
    registry,
    name: 'agent_sessions_store_calls_total',
    help: 'Calls of the store, by what became of them.',
    labels: ['method', 'code'],
  });
  const durations = new Timings({
    registry,
    name: 'agent_sessions_store_call_duration_seconds',
    help: 'Time that a call of the store took.',
    labels: ['method'],
    buckets: SECONDS,
  });
  const appends = Tally.counter({
    registry,
    name: 'agent_sessions_appends_total',
    help: 'Writes that were appended to the log of a session.',
    labels: [],
  });
  const items = Tally.counter({
    registry,
    name: 'agent_sessions_appended_items_total',
    help: 'Items that these writes added, hand-offs included.',
    labels: [],
  });
  const drafts = Tally.counter({
    registry,
    name: 'agent_sessions_draft_writes_total',
    help: 'Messages that were begun, and pieces that were added to them.',
    labels: ['operation'],
  });
  const roundTrips = Tally.counter({
    registry,
    name: 'agent_sessions_redis_round_trips_total',
    help: 'Times that commands were sent to Redis, and what became of them.',
    labels: ['outcome'],
  });
  const roundTripDurations = new Timings({
    registry,
    name: 'agent_sessions_redis_round_trip_duration_seconds',
    help: 'Time until the replies of Redis were there, a wait for the connection included.',
    labels: [],
    buckets: SECONDS,
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
        calls.add(`${method} ${code}`);
        durations.add(method, durationMs);
        const operation = DRAFT_WRITES.get(method);
        if (operation !== undefined && code === 'OK') drafts.add(operation);
      },
      appended(count: number): void {
        appends.add();
        items.add('', count);
      },
    },
    redis: {
      roundTrip(outcome: string, durationMs: number): void {
        roundTrips.add(outcome);
        roundTripDurations.add('', durationMs);
      },
      scriptError: (error: string): void => scriptErrors.inc({ error }),
    },
  };
}
