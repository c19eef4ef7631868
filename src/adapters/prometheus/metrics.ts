import { collectDefaultMetrics, Registry } from 'prom-client';
import type { Clock } from '../../core/clock.ts';
import { feedMetrics, watchedGauges, type WatchedCounts } from './feed-metrics.ts';
import { requestMetrics } from './request-metrics.ts';
import { storeMetrics } from './store-metrics.ts';

/** Everything that is measured, in a registry of its own: several servers may share a process. */
export function createMetrics(clock: Pick<Clock, 'now'>) {
  const registry = new Registry();
  let isProcessMeasured = false;
  return {
    requests: requestMetrics(registry),
    ...storeMetrics(registry),
    feeds: feedMetrics(registry, clock),
    /** Says where the numbers of what is watched come from; once. */
    watch: (counts: WatchedCounts): void => watchedGauges(registry, counts),
    /** All of it, and how the process is, as Prometheus reads it. */
    async expose(): Promise<{ readonly contentType: string; readonly text: string }> {
      // From the first time on: who asks for no metrics has nobody look at the garbage collector and the event loop.
      if (!isProcessMeasured) collectDefaultMetrics({ register: registry });
      isProcessMeasured = true;
      return { contentType: registry.contentType, text: await registry.metrics() };
    },
  };
}

export type Metrics = ReturnType<typeof createMetrics>;
