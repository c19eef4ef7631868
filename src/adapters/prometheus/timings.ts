import { Histogram } from 'prom-client';
import { labelsOf, type MetricOptions } from './tally.ts';

export interface TimingsOptions extends MetricOptions {
  /** Upper bounds, seconds, ascending. */
  readonly buckets: readonly number[];
}

/** How long something took with the same values of the labels. */
interface Taken {
  /** How often it was within each bound, and not within the one before. */
  readonly within: number[];
  seconds: number;
  count: number;
}

/** How long something takes, for each value of its labels: as cheap to tell of as a `Tally`, and asked for as seldom. */
export class Timings {
  readonly #taken = new Map<string, Taken>();
  readonly #buckets: readonly number[];

  constructor({ registry, name, help, labels, buckets }: TimingsOptions) {
    this.#buckets = buckets;
    // Without labels it is there from the beginning.
    if (labels.length === 0) this.#takenBy('');
    const shown = (): ReadonlyMap<string, Taken> => this.#taken;
    new (class extends Histogram {
      /** What both ways to ask for a histogram begin with. */
      async getForPromString() {
        return {
          name,
          help,
          type: 'histogram',
          aggregator: 'sum',
          values: [...shown()].flatMap(([values, taken]) =>
            valuesOf(name, labelsOf(labels, values), buckets, taken),
          ),
        };
      }
    })({ name, help, labelNames: [...labels], buckets: [...buckets], registers: [registry] });
  }

  /** @param values Of its labels, in their order, with a space between each two. */
  add(values: string, ms: number): void {
    const taken = this.#takenBy(values);
    const seconds = ms / 1_000;
    taken.seconds += seconds;
    taken.count++;
    const { length } = this.#buckets;
    for (let i = 0; i < length; i++) {
      if (seconds > (this.#buckets[i] ?? 0)) continue;
      taken.within[i] = (taken.within[i] ?? 0) + 1;
      return;
    }
  }

  #takenBy(values: string): Taken {
    let taken = this.#taken.get(values);
    if (taken === undefined) {
      taken = { within: this.#buckets.map(() => 0), seconds: 0, count: 0 };
      this.#taken.set(values, taken);
    }
    return taken;
  }
}

/** As Prometheus has them: how often it took at most so long. */
function valuesOf(
  name: string,
  sharedLabels: Record<string, string>,
  buckets: readonly number[],
  { within, seconds, count }: Taken,
): object[] {
  const value = (end: string, labels: object, number: number): object => ({
    metricName: `${name}_${end}`,
    labels,
    sharedLabels,
    value: number,
  });
  let atMost = 0;
  return [
    ...buckets.map((le, i) => value('bucket', { le }, (atMost += within[i] ?? 0))),
    value('bucket', { le: '+Inf' }, count),
    value('sum', {}, seconds),
    value('count', {}, count),
  ];
}
