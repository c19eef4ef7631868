import { ERROR_CODES, isRetryable, type ErrorCode } from '../../src/core/errors.ts';
import type { Invariant } from './judged.ts';

export const codedErrors: Invariant = {
  name: 'I12',
  says: 'errors have codes of the list, and what is said to be retryable succeeds when it is tried again',
  breaches: ({ events, writes }) => [
    ...events.flatMap((event) => {
      if (event.kind !== 'fail' && event.kind !== 'refused' && event.kind !== 'info') return [];
      const { code } = event;
      if (event.kind === 'info' && event.reason !== 'told') return [];
      if (!isErrorCode(code)) return [`an error has the code ${code}, which is none of the list`];
      return event.kind !== 'info' && event.retryable !== isRetryable(code)
        ? [`${code} says retryable ${event.retryable}`]
        : [];
    }),
    ...writes.flatMap(({ value, outcomes, acknowledgedAt }) => {
      const last = outcomes.at(-1);
      return acknowledgedAt === null && last?.kind === 'fail' && last.retryable
        ? [`${value} was told to be retryable (${last.code}) and never succeeded`]
        : [];
    }),
  ],
};

function isErrorCode(code: string | null): code is ErrorCode {
  return ERROR_CODES.some((known) => known === code);
}
