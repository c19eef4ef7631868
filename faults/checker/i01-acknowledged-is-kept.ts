import type { Write } from '../history/write.ts';
import type { Invariant, Judged } from './judged.ts';

export const acknowledgedIsKept: Invariant = {
  name: 'I1',
  says: 'every acknowledged write is in the final log with its value, but for the suffix that a lossy fault took',
  breaches: (history) =>
    acknowledged(history).flatMap((write) => {
      const log = history.logs.get(write.session);
      const cursors = write.outcomes.flatMap((outcome) => (outcome.kind === 'ok' ? outcome.cursor : []));
      const [cursor = ''] = cursors;
      const place = log?.placeOf.get(cursor);
      if (place !== undefined && log?.entries[place]?.value === write.value) return [];
      // A try that was on its way all the time may have written it again, where the loss had taken its key along.
      if (mayBeLost(history, write)) return [];
      const where = log?.placeOfValue.has(write.value) === true ? 'is elsewhere' : 'is not';
      return [`${write.value} was acknowledged at ${cursor} and ${where} in the log of ${write.session}`];
    }),
};

function acknowledged({ writes }: Judged): readonly Write[] {
  return writes.filter(({ acknowledgedAt }) => acknowledgedAt !== null);
}

/** Only as part of the log's end: what was written after it and before the loss began has to be lost as well. */
function mayBeLost(history: Judged, { session, acknowledgedAt }: Write): boolean {
  if (history.promises.profile === 'durable' || acknowledgedAt === null) return false;
  const log = history.logs.get(session);
  const kept = acknowledged(history).filter(
    (later) =>
      later.session === session &&
      later.firstInvokedAt > acknowledgedAt &&
      log?.placeOfValue.has(later.value) === true,
  );
  return history.losses.some(
    ({ from, to }) =>
      to > acknowledgedAt &&
      !kept.some((later) => (later.acknowledgedAt ?? Infinity) < from - history.promises.failoverNoticeMs),
  );
}
