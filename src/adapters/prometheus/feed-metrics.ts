import { Counter, Gauge, type Registry } from 'prom-client';
import type { Clock } from '../../core/clock.ts';
import type { FeedMetrics } from '../../core/feed/feed-metrics.ts';
import { Tally } from './tally.ts';
import { Timings } from './timings.ts';

/** How much is watched, asked when somebody wants to know. */
export interface WatchedCounts {
  readonly sessions: () => number;
  readonly lists: () => number;
}

/** Seconds: from one machine to the look that finds what doorbells missed, and beyond. */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** How those who watch are served. */
export function feedMetrics(registry: Registry, clock: Pick<Clock, 'now'>): FeedMetrics {
  const registers = [registry];
  const lag = new Timings({
    registry,
    name: 'agent_sessions_delivery_lag_seconds',
    help: 'Time from the write of an entry until it goes to those who had met all before it, by the two clocks.',
    labels: [],
    buckets: SECONDS,
  });
  const catchUps = Tally.counter({
    registry,
    name: 'agent_sessions_catch_ups_total',
    help: 'Reads of the store by those who watch: when they begin, and when doorbells did not bring what they needed.',
    labels: ['why'],
  });
  const missed = Tally.counter({
    registry,
    name: 'agent_sessions_doorbells_missed_total',
    help: 'Changes that no doorbell had told of, found by the look every two seconds.',
    labels: ['of'],
  });
  const divergences = new Counter({
    name: 'agent_sessions_divergences_total',
    help: 'Readers whose place the log did not know: EXPIRED with its beginning, DIVERGED with writes that the store lost.',
    labelNames: ['reason'],
    registers,
  });
  return {
    caughtUp: (why) => catchUps.add(why),
    // Two machines' clocks are never quite the same.
    told: (writtenAt) => lag.add('', Math.max(0, clock.now() - writtenAt)),
    missed: (of) => missed.add(of),
    lost: (reason) => divergences.inc({ reason }),
  };
}

/** How much is watched on this server. */
export function watchedGauges(registry: Registry, { sessions, lists }: WatchedCounts): void {
  const gauge = (name: string, help: string, count: () => number): void => {
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(count());
      },
    });
  };
  gauge('agent_sessions_watched_sessions', 'Sessions that are watched on this server.', sessions);
  gauge('agent_sessions_watched_lists', "Users' lists of sessions that are watched on this server.", lists);
}
