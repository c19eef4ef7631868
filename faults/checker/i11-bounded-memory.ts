import type { Invariant } from './judged.ts';

const MIB = 1024 * 1024;

export const boundedMemory: Invariant = {
  name: 'I11',
  says: 'memory stays below its bound and comes back, and a reader that takes nothing is cut',
  breaches: ({ events, streams, promises }) => [
    ...events.flatMap((event) => {
      if (event.kind !== 'memory') return [];
      const { memoryBytes, memoryAfterwardsBytes } = promises;
      const bound = event.phase === 'under load' ? memoryBytes : memoryAfterwardsBytes;
      if (event.bytes <= bound) return [];
      const [taken, most] = [event.bytes / MIB, bound / MIB].map((size) => size.toFixed(1));
      return [`server ${event.server} took ${taken} MiB ${event.phase}, ${most} are allowed`];
    }),
    ...streams.flatMap(({ subscriber, events: own }) => {
      const stalled = own.findLast(({ kind }) => kind === 'stalled');
      if (stalled === undefined) return [];
      const cut = own.find(({ kind, at }) => kind === 'cut' && at >= stalled.at);
      const until = cut?.at ?? events.at(-1)?.at ?? stalled.at;
      return until - stalled.at > promises.stalledMs
        ? [`${subscriber} took nothing for ${Math.round(until - stalled.at)} ms and kept its connection`]
        : [];
    }),
  ],
};
