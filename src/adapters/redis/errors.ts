import { CodedError, StoreTimeoutError, StoreUnavailableError } from '../../core/errors.ts';

/** The first words of error replies by which Redis says that it will not write, or not now. */
export const UNAVAILABLE: ReadonlySet<string> = new Set([
  'READONLY',
  'LOADING',
  'OOM',
  'NOREPLICAS',
  'MASTERDOWN',
  'MISCONF',
  'BUSY',
  'CLUSTERDOWN',
  'TRYAGAIN',
  'NOAUTH',
  'WRONGPASS',
  'NOPERM',
]);

/** Nothing was sent. */
export function unreachable(cause?: unknown): StoreUnavailableError {
  return new StoreUnavailableError('The store cannot be reached. Try again later.', {}, { cause });
}

/** What is said of a command whose reply was lost. */
const LOST = {
  read: 'The store did not answer in time. Try again.',
  write:
    'The store did not answer in time; whether it wrote is not known. Repeat with the same idempotency key.',
} as const;

/**
 * The coded error for what became of a command that was sent: an error reply says that Redis has refused it, anything
 * else that its reply was lost. Error replies that tell of a fault of this adapter are passed on as they are.
 */
export function codedError(error: unknown, purpose: keyof typeof LOST): unknown {
  if (error instanceof CodedError) return error;
  const refusal = replyCode(error);
  if (refusal === null) {
    return new StoreTimeoutError(LOST[purpose], {}, { cause: error });
  }
  if (!UNAVAILABLE.has(refusal)) return error;
  return new StoreUnavailableError(
    'The store does not accept this now. Try again later.',
    {},
    { cause: error },
  );
}

/** The code at the head of an error reply of Redis, or null when the error is none. */
export function replyCode(error: unknown): string | null {
  // ioredis exports the class of error replies without a type; its name is the same in all clients of Redis.
  if (!(error instanceof Error) || error.name !== 'ReplyError') return null;
  return error.message.split(' ', 1)[0] ?? '';
}
