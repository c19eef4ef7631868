import { CodedError, StoreTimeoutError, StoreUnavailableError } from '../../core/errors.ts';

/**
 * What an error reply of Redis means for the command that it answers, by its first word. Each of them says that the
 * command did nothing, but for the first, which ends a WAIT. Words that are not here tell of a fault of this adapter.
 */
const MEANINGS: Readonly<Record<string, 'unavailable' | 'unknown'>> = {
  /** Whoever waited for replicas was let go: the master is one no more. */
  UNBLOCKED: 'unknown',
  /** A replica: what was the master is one no more, or never was. */
  READONLY: 'unavailable',
  MASTERDOWN: 'unavailable',
  /** It reads its file. */
  LOADING: 'unavailable',
  /** It will not write without memory, disk or replicas. */
  OOM: 'unavailable',
  MISCONF: 'unavailable',
  NOREPLICAS: 'unavailable',
  /** A script runs, and has run for long. */
  BUSY: 'unavailable',
  /** It has none of this script; the client sends it then, so this comes only from one that forgets at once. */
  NOSCRIPT: 'unavailable',
  /** Of a Cluster: slots without a node, on their way to another, or elsewhere. */
  CLUSTERDOWN: 'unavailable',
  TRYAGAIN: 'unavailable',
  MOVED: 'unavailable',
  ASK: 'unavailable',
  /** It does not know this server, or does not let it; an operator can change that. */
  NOAUTH: 'unavailable',
  WRONGPASS: 'unavailable',
  NOPERM: 'unavailable',
  DENIED: 'unavailable',
};

/** A script has met what its user may not do: it may have written before. Redis 7.0, then 7.2 and later. */
const REFUSED_IN_SCRIPT = /^(?:ERR The user executing the script can't|NOPERM ACL failure in script)\b/;

/** Whether an error reply tells of the state that Redis is in, or of its settings, and of no fault in a script. */
export function tellsOfState(code: string): boolean {
  return code in MEANINGS;
}

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

/** What a command is for: whether it may be sent again without more ado. */
export type Purpose = keyof typeof LOST;

/** A command was sent, and what became of it is not known. */
export function lost(purpose: Purpose, cause: unknown): StoreTimeoutError {
  return new StoreTimeoutError(LOST[purpose], {}, { cause });
}

/**
 * The coded error for what became of a command that was sent: an error reply says that Redis has refused it, anything
 * else that its reply was lost. Error replies that tell of a fault of this adapter are passed on as they are.
 */
export function codedError(error: unknown, purpose: Purpose): unknown {
  if (error instanceof CodedError) return error;
  const meaning = meaningOf(error, purpose);
  if (meaning === undefined) return error;
  if (meaning === 'unknown') return lost(purpose, error);
  return new StoreUnavailableError(
    'The store does not accept this now. Try again later.',
    {},
    { cause: error },
  );
}

function meaningOf(error: unknown, purpose: Purpose): 'unavailable' | 'unknown' | undefined {
  const words = replyWords(error);
  if (words === null) return 'unknown';
  if (REFUSED_IN_SCRIPT.test(words.join(' '))) return purpose === 'read' ? 'unavailable' : 'unknown';
  return MEANINGS[words[0] ?? ''];
}

/** The code at the head of an error reply of Redis, or null when the error is none. */
export function replyCode(error: unknown): string | null {
  return replyWords(error)?.[0] ?? null;
}

/** The same for the reply that caused a coded error. */
export function refusalOf(error: unknown): string | null {
  return replyCode(error instanceof CodedError ? error.cause : error);
}

/** The words of an error reply, or null when the error is none; of a redirection the third is the node to ask. */
export function replyWords(error: unknown): readonly string[] | null {
  // ioredis exports the class of error replies without a type; its name is the same in all clients of Redis.
  return error instanceof Error && error.name === 'ReplyError' ? error.message.split(' ') : null;
}
