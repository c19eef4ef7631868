import type { Timer } from '../../src/client/index.ts';

export interface ManualTimer {
  readonly timer: Timer;
  /** Tasks that wait for their time. */
  readonly waiting: number;
  /** Lets so many milliseconds pass; what is due then runs in order. */
  pass(ms: number): void;
}

/** Time that passes when a test says so. */
export function manualTimer(): ManualTimer {
  const tasks = new Set<{ readonly at: number; readonly run: () => void }>();
  let now = 0;
  return {
    timer(ms, run) {
      const task = { at: now + ms, run };
      tasks.add(task);
      return () => tasks.delete(task);
    },
    get waiting() {
      return tasks.size;
    },
    pass(ms) {
      const end = now + ms;
      for (;;) {
        const due = [...tasks].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
        if (due === undefined) break;
        tasks.delete(due);
        now = due.at;
        due.run();
      }
      now = end;
    },
  };
}
