import type { Invariant } from './judged.ts';

export const realTimeOrder: Invariant = {
  name: 'I5',
  says: 'what was acknowledged before another was sent comes first',
  breaches: ({ logs, writes }) => {
    const byValue = new Map(writes.map((write) => [`${write.session} ${write.value}`, write]));
    return [...logs.values()].flatMap(({ session, entries }) => {
      const breaches: string[] = [];
      // The earliest acknowledgement of all that stands behind.
      let earliest = Infinity;
      let whose = '';
      for (const { value } of entries.toReversed()) {
        const write = byValue.get(`${session} ${value}`);
        if (write === undefined) continue;
        if (earliest < write.firstInvokedAt) {
          breaches.push(`${whose} was acknowledged before ${value} was sent, and comes after it`);
        }
        if (write.acknowledgedAt !== null && write.acknowledgedAt < earliest) {
          earliest = write.acknowledgedAt;
          whose = value;
        }
      }
      return breaches;
    });
  },
};
