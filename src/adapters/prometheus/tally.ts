import { Counter, Gauge, type Registry } from 'prom-client';

export interface MetricOptions {
  readonly registry: Registry;
  readonly name: string;
  readonly help: string;
  /** The name of the label. */
  readonly label: string;
}

/**
 * A number for each value of one label that is kept as a plain number until it is asked for: what is counted for every
 * event and every reader must cost next to nothing.
 */
export class Tally {
  readonly #values = new Map<string, number>();

  /** How often something has happened. */
  static counter({ registry, name, help, label }: MetricOptions): Tally {
    const tally = new Tally();
    new Counter({
      name,
      help,
      labelNames: [label],
      registers: [registry],
      collect() {
        this.reset();
        for (const [value, count] of tally.#values) this.inc({ [label]: value }, count);
      },
    });
    return tally;
  }

  /** How many of something there are. */
  static gauge({ registry, name, help, label }: MetricOptions): Tally {
    const tally = new Tally();
    new Gauge({
      name,
      help,
      labelNames: [label],
      registers: [registry],
      collect() {
        for (const [value, count] of tally.#values) this.set({ [label]: value }, count);
      },
    });
    return tally;
  }

  add(value: string, count = 1): void {
    this.#values.set(value, (this.#values.get(value) ?? 0) + count);
  }
}
