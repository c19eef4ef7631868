/** Steps to a doubling: a percentile is right to 5 %. */
const STEPS = 16;
/** The shortest that is told from zero, milliseconds. */
const LEAST = 0.001;

/** A histogram of durations, so that a million of them cost nothing to keep. */
export class Latencies {
  #counts = new Float64Array(STEPS * 32);
  #total = 0;

  add(ms, count = 1) {
    const step = ms <= LEAST ? 0 : Math.round(Math.log2(ms / LEAST) * STEPS);
    this.#counts[Math.min(step, this.#counts.length - 1)] += count;
    this.#total += count;
  }

  /** Milliseconds below which that share of them is; null without any. */
  at(share) {
    if (this.#total === 0) return null;
    let left = this.#total * share;
    const step = this.#counts.findIndex((count) => (left -= count) <= 0);
    return LEAST * 2 ** (Math.max(step, 0) / STEPS);
  }
}
