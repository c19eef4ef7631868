import type { Invariant } from './judged.ts';

export const oneAnswerForOneKey: Invariant = {
  name: 'I9',
  says: 'all answers for one idempotency key are equal',
  breaches: ({ writes }) =>
    writes.flatMap(({ key, outcomes }) => {
      const cursors = new Set(outcomes.flatMap((outcome) => (outcome.kind === 'ok' ? outcome.cursor : [])));
      return cursors.size > 1 ? [`${key} was answered with ${[...cursors].join(' and ')}`] : [];
    }),
};
