/** Operations that were asked for and have neither been answered nor begun to stream: a shutdown waits for them. */
export class Pending {
  #count = 0;
  #onSettled: (() => void) | undefined;

  begin(): void {
    this.#count++;
  }

  settle(): void {
    this.#count--;
    if (this.#count === 0) this.#onSettled?.();
  }

  /** Whoever waits waits no longer. */
  giveUp(): void {
    this.#onSettled?.();
  }

  async settled(): Promise<void> {
    if (this.#count > 0) await new Promise<void>((resolve) => (this.#onSettled = resolve));
  }
}
