import type { Clock } from '../core/clock.ts';

/** Milliseconds since the process began, never backwards: for durations. */
export const elapsed = (): number => performance.now();

/** The time of this machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  every: (ms, tick) => {
    const timer = setInterval(tick, ms).unref();
    return () => clearInterval(timer);
  },
};
