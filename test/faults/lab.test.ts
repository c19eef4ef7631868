import { describe, expect, it } from 'vitest';
import { figuresOf } from '../../faults/report/figures.ts';
import { run, type RunOptions } from '../../faults/run.ts';

const SMALL = { durable: false, sessions: 2, writers: 3, crowd: 1, paceMs: 20, seed: 1 };

async function figures(options: Pick<RunOptions, 'topology' | 'servers' | 'seconds'>) {
  const done = await run({ ...SMALL, ...options });
  return { ...figuresOf(done), breaches: done.violations };
}

/** Longer, with other seeds and more clients: `npm run faults`. */
describe('a few seconds of faults', () => {
  it.each([
    { topology: 'sqlite', servers: 1, seconds: 3 },
    { topology: 'redis', servers: 2, seconds: 5 },
    { topology: 'cluster', servers: 2, seconds: 3 },
    { topology: 'sentinel', servers: 2, seconds: 3 },
  ] as const)(
    'on $topology breach no invariant',
    async (options) => {
      const { breaches, faults, acknowledged, deliveries } = await figures(options);
      expect(breaches).toEqual([]);
      expect(faults).toBeGreaterThan(0);
      expect(acknowledged).toBeGreaterThan(0);
      expect(deliveries).toBeGreaterThan(0);
    },
    120_000,
  );
});
