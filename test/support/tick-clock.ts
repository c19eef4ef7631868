import type { Clock } from '../../src/core/clock.ts';

/** A clock whose time passes, and that ticks, when it is told to. */
export interface TickClock extends Clock {
  /** How many wait for its ticks. */
  readonly listeners: number;
  tick(): void;
  /** Goes on by so many milliseconds, without a tick. */
  elapse(ms: number): void;
}

export function tickClock(): TickClock {
  const ticks = new Set<() => void>();
  let now = Date.UTC(2030, 0, 1);
  return {
    now: () => now,
    elapse: (ms) => void (now += ms),
    every(_ms, tick) {
      // Two may bring the same function: each gets ticks of its own.
      const own = (): void => tick();
      ticks.add(own);
      return () => ticks.delete(own);
    },
    get listeners() {
      return ticks.size;
    },
    tick() {
      for (const tick of ticks) tick();
    },
  };
}
