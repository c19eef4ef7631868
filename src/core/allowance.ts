import { PayloadTooLargeError } from './errors.ts';

/**
 * What may be read for one operation, characters of what is stored. Reads that run at the same time are counted when they
 * have come, so each of them may pass it by what one page holds.
 */
export class Allowance {
  readonly #limit: number;
  #taken = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /**
   * Counts what was read, nothing before a read.
   * @throws PayloadTooLargeError when it is more than the limit by now.
   */
  take(characters: number): void {
    this.#taken += characters;
    if (this.#taken <= this.#limit) return;
    throw new PayloadTooLargeError(
      `For one operation ${this.#limit} characters may be read: ask for less at once. What a mutation wrote is written.`,
      { limit: this.#limit },
    );
  }
}
