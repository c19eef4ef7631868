import type { Clock } from '../../src/core/clock.ts';

/** A clock whose time passes when it is told to, with all that is due meanwhile. */
export interface ManualClock extends Clock {
  /** How many wait for its ticks. */
  readonly listeners: number;
  pass(ms: number): void;
}

interface Timer {
  readonly ms: number;
  readonly tick: () => void;
  next: number;
}

export function manualClock(): ManualClock {
  const timers = new Set<Timer>();
  let now = Date.UTC(2030, 0, 1);
  return {
    now: () => now,
    every(ms, tick) {
      const timer = { ms, tick, next: now + ms };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    get listeners() {
      return timers.size;
    },
    pass(ms) {
      const end = now + ms;
      for (;;) {
        const [due] = [...timers].filter(({ next }) => next <= end).toSorted((a, b) => a.next - b.next);
        if (due === undefined) break;
        now = due.next;
        due.next += due.ms;
        due.tick();
      }
      now = end;
    },
  };
}
