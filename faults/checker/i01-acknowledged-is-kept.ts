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

/** Only as part of the log's end: what was written after it and before the fault has to be lost as well. */
function mayBeLost(history: Judged, { session, acknowledgedAt }: Write): boolean {
  if (history.promises.profile === 'durable' || acknowledgedAt === null) return false;
  const fault = history.lossy.find(({ at, phase }) => at > acknowledgedAt && phase === 'healed');
  if (fault === undefined) return false;
  const log = history.logs.get(session);
  const begun = history.lossy.findLast(({ at, phase }) => at < fault.at && phase === 'injected');
  return !acknowledged(history).some(
    (later) =>
      later.session === session &&
      later.firstInvokedAt > acknowledgedAt &&
      (later.acknowledgedAt ?? Infinity) < (begun ?? fault).at - history.promises.failoverNoticeMs &&
      log?.placeOfValue.has(later.value) === true,
  );
}
