import { AgentSessionsError } from './errors.ts';

/** How what is retryable is tried again. */
export interface RetryOptions {
  /** Tries after the first; 6, which takes three to six seconds in all: longer than a failover of Redis. 0: none. */
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
  { retries = RETRIES, wait = sleep, random = Math.random }: RetryOptions,
): Promise<T> {
  for (let tries = 0; ; tries++) {
    if (signal?.aborted === true) throw aborted(signal);
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof AgentSessionsError) || !error.retryable || tries >= retries) throw error;
      const delay = Math.min(FIRST_DELAY_MS * 2 ** tries, LONGEST_DELAY_MS) * (1 - random() / 2);
      await wait(Math.max(delay, error.details.retryAfterMs ?? 0), signal);
    }
  }
}

export function aborted({ reason }: AbortSignal): AgentSessionsError {
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
