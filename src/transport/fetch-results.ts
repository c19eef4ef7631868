import type { ExecutionResult } from 'graphql';
import { UnauthenticatedError } from '../core/errors.ts';
import type { ReportFault } from '../graphql/errors.ts';
import type { Credential } from './auth/credential.ts';
import type { CredentialWatch } from './auth/credential-watch.ts';

interface ToldResultsOptions {
  readonly failed: (errors: readonly unknown[]) => ExecutionResult;
  readonly watch: CredentialWatch;
  readonly credential: Credential;
  /** Is called with each result. */
  readonly onResult: () => void;
  /** Is called when it is over, whoever ended it. */
  readonly onEnd: () => void;
  readonly report: ReportFault;
}

type Next = IteratorResult<ExecutionResult, undefined>;

const OVER: Next = { done: true, value: undefined };

/**
 * Each result of a stream with its errors told; when the token ends, one that says so is the last. Leaving it reaches what
 * it waits for.
 */
export function toldResults(
  stream: AsyncGenerator<ExecutionResult, void, void>,
  { failed, watch, credential, onResult, onEnd, report }: ToldResultsOptions,
): AsyncIterableIterator<ExecutionResult, undefined> {
  let phase: 'live' | 'ending' | 'over' = 'live';
  let onEnding = (): void => undefined;
  const stop = watch.watch(credential, () => {
    phase = 'ending';
    onEnding();
  });
  const end = async (): Promise<Next> => {
    phase = 'over';
    stop();
    onEnd();
    await stream.return();
    return OVER;
  };
  const lastResult = (): Next => {
    end().catch(report);
    return { done: false, value: failed([new UnauthenticatedError()]) };
  };
  const nextResult = async (): Promise<Next> => {
    const { done, value } = await stream.next();
    if (done === true) return end();
    onResult();
    const { data = null, errors } = value;
    return { done: false, value: errors === undefined ? { data } : { data, ...failed(errors) } };
  };
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      if (phase === 'over') return OVER;
      if (phase === 'ending') return lastResult();
      return new Promise<Next>((resolve, reject) => {
        onEnding = () => resolve(lastResult());
        nextResult().then(resolve, reject);
      });
    },
    return: end,
  };
}
