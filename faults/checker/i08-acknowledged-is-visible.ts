import { grouped } from '../history/grouped.ts';
import type { Invariant } from './judged.ts';

export const acknowledgedIsVisible: Invariant = {
  name: 'I8',
  says: 'what is acknowledged is seen by a query on any server',
  breaches: ({ events, logs, writes }) => {
    // For each session what was acknowledged, in the order of the acknowledgements.
    const bySession = grouped(
      writes.flatMap((write) => {
        const place = logs.get(write.session)?.placeOfValue.get(write.value);
        const at = write.acknowledgedAt;
        return place === undefined || at === null
          ? []
          : { session: write.session, value: write.value, place, at };
      }),
      ({ session }) => session,
    );
    return events.flatMap((event) => {
      if (event.kind !== 'read') return [];
      const { session, server, askedAt, values } = event;
      const places = logs.get(session)?.placeOfValue;
      const first = places?.get(values[0] ?? '') ?? -1;
      const seen = new Set(values);
      const missing = (bySession.get(session) ?? []).find(
        ({ value, place, at }) => at < askedAt && place > first && !seen.has(value),
      );
      return missing === undefined
        ? []
        : [`server ${server} did not show ${missing.value} of ${session}, acknowledged before it was asked`];
    });
  },
};
