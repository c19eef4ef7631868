import { AgentSessionsError } from './errors.ts';

/** How what is retryable is tried again. */
export interface RetryOptions {
  /**
   * Tries after the first; 6, which takes three to six seconds in all: longer than a failover of Redis. 0: none. Who
   * follows a session tries for ever, unless this is given.
   */
  readonly retries?: number;
  /** Resolves after so many milliseconds; rejects when the signal fires. For tests and for clocks of one's own. */
  readonly wait?: (ms: number, signal: AbortSignal | undefined) => Promise<void>;
  /** From 0 to below 1; Math.random. */
  readonly random?: () => number;
}

const RETRIES = 6;
const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 5_000;

/**
 * Tries until it succeeds, fails for good, or has been retried often enough. Delays double from 100 ms to 5 s, each
 * shortened at random by up to half, so that clients cut off together do not come back together; a server that says
 * how long to wait is given that long.
 */
export async function retrying<T>(
  attempt: () => Promise<T>,
  signal: AbortSignal | undefined,
  options: RetryOptions,
): Promise<T> {
  const { retries = RETRIES } = options;
  for (let tries = 0; ; tries++) {
    if (signal?.aborted === true) throw aborted(signal);
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof AgentSessionsError) || !error.retryable || tries >= retries) throw error;
      await waitAfter(error, tries, signal, options);
    }
  }
}

/** The wait before the next try, after one that failed with `error` and followed so many others that had failed. */
export async function waitAfter(
  error: AgentSessionsError,
  failures: number,
  signal: AbortSignal | undefined,
  { wait = sleep, random = Math.random }: RetryOptions,
): Promise<void> {
  const delay = Math.min(FIRST_DELAY_MS * 2 ** failures, LONGEST_DELAY_MS) * (1 - random() / 2);
  await wait(Math.max(delay, error.details.retryAfterMs ?? 0), signal);
}

/** What a caller learns of a connection that gave no answer, or broke: ABORTED when that was what the signal is for. */
export function noAnswer(cause: unknown, signal: AbortSignal | undefined): AgentSessionsError {
  if (signal?.aborted === true) return aborted(signal);
  return new AgentSessionsError('NETWORK_ERROR', 'No answer came from the server.', {
    retryable: true,
    cause,
  });
}

function aborted({ reason }: AbortSignal): AgentSessionsError {
  return new AgentSessionsError('ABORTED', 'The call was aborted; a write may have happened.', {
    cause: reason,
  });
}

function sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      clearTimeout(timer);
      if (signal !== undefined) reject(aborted(signal));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort);
      resolve();
    }, ms);
    signal?.addEventListener('abort', abort, { once: true });
  });
}
