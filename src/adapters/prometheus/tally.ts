import { Counter, Gauge, type Registry } from 'prom-client';

export interface MetricOptions {
  readonly registry: Registry;
  readonly name: string;
  readonly help: string;
  /** The names of the labels; one, or those whose values are without spaces. */
  readonly labels: readonly string[];
}

/** The labels that a text stands for which holds their values with a space between each two. */
export function labelsOf(names: readonly string[], values: string): Record<string, string> {
  const [only] = names;
  if (only === undefined) return {};
  if (names.length === 1) return { [only]: values };
  const each = values.split(' ');
  return Object.fromEntries(names.map((name, i) => [name, each[i] ?? '']));
}

/**
 * A number for the values of its labels that is kept as a plain number until it is asked for: what is counted for every
 * event, every reader and every request must cost next to nothing.
 */
export class Tally {
  readonly #values = new Map<string, number>();

  constructor(labels: readonly string[]) {
    // Without labels it is there from the beginning.
    if (labels.length === 0) this.#values.set('', 0);
  }

  /** How often something has happened. */
  static counter({ registry, name, help, labels }: MetricOptions): Tally {
    const tally = new Tally(labels);
    new Counter({
      name,
      help,
      labelNames: [...labels],
      registers: [registry],
      collect() {
        this.reset();
        for (const [value, count] of tally.#values) this.inc(labelsOf(labels, value), count);
      },
    });
    return tally;
  }

  /** How many of something there are. */
  static gauge({ registry, name, help, labels }: MetricOptions): Tally {
    const tally = new Tally(labels);
    new Gauge({
      name,
      help,
      labelNames: [...labels],
      registers: [registry],
      collect() {
        for (const [value, count] of tally.#values) this.set(labelsOf(labels, value), count);
      },
    });
    return tally;
  }

  /** @param values Of its labels, in their order, with a space between each two. */
  add(values = '', count = 1): void {
    this.#values.set(values, (this.#values.get(values) ?? 0) + count);
  }
}
