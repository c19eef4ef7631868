import { Counter, Histogram, Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { Tally } from '../../src/adapters/prometheus/tally.ts';
import { Timings } from '../../src/adapters/prometheus/timings.ts';

const NAMED = { name: 'taken', help: 'What it took.' };
const BUCKETS = [0.001, 0.01, 1];
/** Milliseconds: nothing, on a bound, between two, beyond all, and what is no round number. */
const TIMES = [0, 1, 1.5, 10, 999, 1_000, 5_000, 0.1 + 0.2];

async function texts(work: (own: Registry, usual: Registry) => void): Promise<readonly [string, string]> {
  const [own, usual] = [new Registry(), new Registry()];
  work(own, usual);
  // Asking twice counts nothing twice.
  await own.metrics();
  return [await own.metrics(), await usual.metrics()];
}

it('tells times as the histogram of the library does, with and without a label', async () => {
  for (const labels of [[], ['method']]) {
    const [own, usual] = await texts((registry, other) => {
      const timings = new Timings({ registry, ...NAMED, labels, buckets: BUCKETS });
      const histogram = new Histogram({ ...NAMED, labelNames: labels, buckets: BUCKETS, registers: [other] });
      for (const method of labels.length === 0 ? [''] : ['append', 'get']) {
        for (const ms of TIMES) {
          timings.add(method, ms);
          histogram.observe(labels.length === 0 ? {} : { method }, ms / 1_000);
        }
      }
    });
    expect(own).toBe(usual);
  }
});

it('counts as the counter of the library does, with any number of labels', async () => {
  for (const labels of [[], ['code'], ['method', 'code']]) {
    const [own, usual] = await texts((registry, other) => {
      const tally = Tally.counter({ registry, ...NAMED, labels });
      const counter = new Counter({ ...NAMED, labelNames: labels, registers: [other] });
      for (const code of ['OK', 'NOT_FOUND', 'OK']) {
        const values = labels.map((label) => (label === 'code' ? code : 'append'));
        tally.add(values.join(' '), 2);
        counter.inc(Object.fromEntries(labels.map((label, i) => [label, values[i] ?? ''])), 2);
      }
    });
    expect(own).toBe(usual);
  }
});

it('tells of what has no label before it happens', async () => {
  const [own, usual] = await texts((registry, other) => {
    Tally.counter({ registry, name: 'counted', help: 'How often.', labels: [] });
    new Timings({ registry, ...NAMED, labels: [], buckets: BUCKETS });
    new Counter({ name: 'counted', help: 'How often.', registers: [other] });
    new Histogram({ ...NAMED, buckets: BUCKETS, registers: [other] });
  });
  expect(own).toBe(usual);
});
