import type { Invariant } from './judged.ts';

export const nothingStays: Invariant = {
  name: 'I15',
  says: 'descriptors, clients of Redis and channels are back where they were',
  breaches: ({ events, promises }) => {
    const counts = events.filter((event) => event.kind === 'census');
    return counts.flatMap(({ what, phase, count }) => {
      const before = counts.find((other) => other.what === what && other.phase === 'before');
      if (phase === 'before' || before === undefined) return [];
      return count > before.count + promises.censusSlack
        ? [`${what}: ${count} afterwards, ${before.count} before`]
        : [];
    });
  },
};
