import type { Invariant } from './judged.ts';

export const oneOrder: Invariant = {
  name: 'I4',
  says: 'all observers agree on one order',
  breaches: ({ logs, streams }) => [
    ...[...logs.values()].flatMap(({ session, entries, readings }) =>
      readings.flatMap((reading) => {
        const length = Math.max(entries.length, reading.entries.length);
        for (let n = 0; n < length; n++) {
          if (entries[n]?.cursor === reading.entries[n]?.cursor) continue;
          const [one, other] = [entries[n]?.value ?? 'nothing', reading.entries[n]?.value ?? 'nothing'];
          return [`server ${reading.server} shows ${other} at ${n} of ${session}, another ${one}`];
        }
        return [];
      }),
    ),
    ...streams.flatMap(({ session, subscriber, events }) => {
      const places = logs.get(session)?.placeOf;
      let highest = -1;
      return events.flatMap((event) => {
        if (event.kind !== 'delivered' || event.value === null) return [];
        const place = event.cursor === null ? undefined : places?.get(event.cursor);
        if (place === undefined) return [];
        if (place < highest)
          return [`${subscriber} met ${event.value} of ${session} after what comes behind it`];
        highest = place;
        return [];
      });
    }),
  ],
};
