import type { Happening, HistoryEvent } from './event.ts';

/** Stamps what happens, in the order in which this process learns of it. */
export class Recorder {
  readonly #events: HistoryEvent[] = [];
  readonly #now: () => number;

  /** @param now Milliseconds of a clock that never goes back. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  get events(): readonly HistoryEvent[] {
    return this.#events;
  }

  now(): number {
    return this.#now();
  }

  record(happening: Happening): void {
    this.#events.push({ ...happening, at: this.#now() });
  }
}
