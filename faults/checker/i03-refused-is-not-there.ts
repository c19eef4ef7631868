import { grouped } from '../history/grouped.ts';
import type { Invariant } from './judged.ts';

export const refusedIsNotThere: Invariant = {
  name: 'I3',
  says: 'nothing that was refused, or that nobody wrote, is visible',
  breaches: ({ writes, logs, streams }) => {
    const bySession = grouped(writes, ({ session }) => session);
    const shown = (session: string, value: string, where: string): string[] => {
      const write = bySessionAndValue.get(session)?.get(value);
      if (write === undefined) return [`${value}, which nobody wrote to ${session}, is ${where}`];
      return write.isRefused ? [`${value} was refused and is ${where}`] : [];
    };
    const bySessionAndValue = new Map(
      [...bySession].map(([session, own]) => [session, new Map(own.map((write) => [write.value, write]))]),
    );
    return [
      ...[...logs.values()].flatMap(({ session, readings }) =>
        readings.flatMap(({ server, entries }) =>
          entries.flatMap(({ value }) => shown(session, value, `in the log, as server ${server} shows it`)),
        ),
      ),
      ...streams.flatMap(({ session, subscriber, events }) =>
        events.flatMap((event) =>
          event.kind === 'delivered' && event.value !== null
            ? shown(session, event.value, `delivered to ${subscriber}`)
            : [],
        ),
      ),
    ];
  },
};
