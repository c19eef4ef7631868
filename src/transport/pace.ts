import type { Pace } from '../core/feed/pace.ts';

/** From so many on it pays to tell them several events at once: below, what it takes is to make the events. */
const MANY = 16;
/** Milliseconds in which a turn is over as long as there is little to do: then nobody waits. */
const SHORT = 2;
/** Milliseconds that are left for more to come, at most. */
const LONGEST_REST = 16;

const NOW = Promise.resolve();

/**
 * While there is little to do all are told at once. Where telling many takes long, as much time again is left before the
 * next time: what comes meanwhile goes out together, which takes a fraction of the work, and the more there is to do, the
 * more of it does.
 */
export class LoadedPace implements Pace {
  readonly #elapsed: () => number;
  readonly #rest: (then: () => void, ms: number) => void;
  #waiting: (() => void)[] = [];
  #isBusy = false;
  #begun = 0;

  /**
   * @param elapsed Milliseconds since some moment, never backwards.
   * @param rest Calls back after so many milliseconds.
   */
  constructor(elapsed: () => number, rest: (then: () => void, ms: number) => void = setTimeout) {
    this.#elapsed = elapsed;
    this.#rest = rest;
  }

  soon(go: () => void, count: number): void {
    if (count < MANY) {
      void NOW.then(go);
      return;
    }
    this.#waiting.push(go);
    if (this.#isBusy) return;
    this.#isBusy = true;
    // Those who are woken in the same step go together.
    void NOW.then(this.#go);
  }

  after(go: () => void): void {
    setImmediate(go);
  }

  readonly #go = (): void => {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#begun = this.#elapsed();
    for (const go of waiting) go();
    // Behind what was written now: that goes out in the immediates of this turn.
    setImmediate(this.#settle);
  };

  readonly #settle = (): void => {
    const took = this.#elapsed() - this.#begun;
    if (took < SHORT) this.#next();
    else this.#rest(this.#next, Math.min(took, LONGEST_REST));
  };

  readonly #next = (): void => {
    if (this.#waiting.length > 0) this.#go();
    else this.#isBusy = false;
  };
}
