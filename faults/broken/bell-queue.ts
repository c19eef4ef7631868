/** Holds whatever is put in until it is taken, without a bound. */
export class BellQueue<Bell> implements AsyncIterable<Bell> {
  readonly #bells: Bell[] = [];
  #wake: () => void = () => {};
  #isClosed = false;

  put(bell: Bell): void {
    this.#bells.push(bell);
    this.#wake();
  }

  close(): void {
    this.#isClosed = true;
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Bell> {
    while (!this.#isClosed) {
      const bell = this.#bells.shift();
      if (bell !== undefined) yield bell;
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}
