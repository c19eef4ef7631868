import type { Invariant } from './judged.ts';

export const caughtUpAfterHealing: Invariant = {
  name: 'I7',
  says: 'some seconds after healing every subscriber is at the end',
  breaches: ({ events, logs, streams, writes, promises }) => {
    const healed = events.findLast(({ kind }) => kind === 'healed')?.at;
    if (healed === undefined) return [];
    return streams.flatMap(({ session, subscriber, events: own }) => {
      const log = logs.get(session);
      const last = log?.entries.at(-1);
      const over = own.some(({ kind }) => kind === 'left' || kind === 'stalled');
      if (log === undefined || last === undefined || over) return [];
      const arrived = own.find((event) => event.kind === 'delivered' && event.cursor === last.cursor);
      if (arrived === undefined) return [`${subscriber} never reached ${last.value}, the end of ${session}`];
      const written = writes.find((write) => write.session === session && write.value === last.value);
      const begun = own[0]?.at ?? 0;
      const due = Math.max(healed, written?.acknowledgedAt ?? 0, begun) + promises.catchUpMs;
      return arrived.at <= due
        ? []
        : [`${subscriber} reached the end of ${session} ${Math.round(arrived.at - due)} ms too late`];
    });
  },
};
