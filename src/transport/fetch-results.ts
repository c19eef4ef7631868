import type { ExecutionResult } from 'graphql';
import { UnauthenticatedError } from '../core/errors.ts';
import type { ReportFault } from '../graphql/errors.ts';
import { checkAnswer } from './answer-size.ts';
import type { Credential } from './auth/credential.ts';
import type { CredentialWatch } from './auth/credential-watch.ts';

interface ToldResultsOptions {
  /** Gives the result for one event. */
  readonly execute: (event: unknown) => ExecutionResult | Promise<ExecutionResult>;
  readonly failed: (errors: readonly unknown[]) => ExecutionResult;
  readonly watch: CredentialWatch;
  readonly credential: Credential;
  /** What one result may have. */
  readonly answerCharacters: number;
  /** Is told how many results there are more. */
  readonly onResults: (count: number) => void;
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
  events: AsyncIterableIterator<unknown>,
  { execute, failed, watch, credential, answerCharacters, onResults, onEnd, report }: ToldResultsOptions,
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
    await events.return?.();
    return OVER;
  };
  const lastResult = (): Next => {
    end().catch(report);
    return { done: false, value: failed([new UnauthenticatedError()]) };
  };
  const nextResult = async (): Promise<Next> => {
    const event = await events.next();
    if (event.done === true) return end();
    const value = await execute(event.value);
    onResults(1);
    try {
      checkAnswer(value, answerCharacters);
    } catch (error) {
      return { done: false, value: failed([error]) };
    }
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
