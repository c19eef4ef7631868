/**
 * The coded errors of the domain. Whoever handles one looks at `code`, never at the message: messages are for people
 * and say the remedy. `details` travels to the client as it is, so it never holds what the caller may not see.
 */
export const ERROR_CODES = [
  'BAD_REQUEST',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'QUERY_TOO_COMPLEX',
  'BAD_USER_INPUT',
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'NOT_FOUND',
  'CONFLICT',
  'PAYLOAD_TOO_LARGE',
  'CURSOR_EXPIRED',
  'RATE_LIMITED',
  'STORE_UNAVAILABLE',
  'STORE_TIMEOUT',
  'INTERNAL_SERVER_ERROR',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

const RETRYABLE: ReadonlySet<ErrorCode> = new Set(['RATE_LIMITED', 'STORE_UNAVAILABLE', 'STORE_TIMEOUT']);

/** True when the same request may succeed later without being changed. */
export function isRetryable(code: ErrorCode): boolean {
  return RETRYABLE.has(code);
}

/** What an error says besides its code; every field is optional and means the same in every error. */
export interface ErrorDetails {
  /** Where in the input the fault is, outermost name first. */
  readonly path?: readonly (string | number)[];
  /** The limit that was passed, in the unit that the message names. */
  readonly limit?: number;
  /** What was measured against `limit`. */
  readonly actual?: number;
  /** Milliseconds to wait before the next try. */
  readonly retryAfterMs?: number;
  /** Which element of a list is at fault, from 0. */
  readonly index?: number;
  /** On CONFLICT: the cursor, agent or length that is there now. */
  readonly current?: string | number | null;
}

/** The root of all errors that this product throws on purpose. */
export abstract class CodedError extends Error {
  abstract readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(message: string, details: ErrorDetails = {}, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.details = details;
  }
}

/** A value that can never be accepted. Remedy: change the input. */
export class BadUserInputError extends CodedError {
  readonly code = 'BAD_USER_INPUT';
}

/** No valid token. The same whatever is wrong with it: the difference would help nobody but who forges one. */
export class UnauthenticatedError extends CodedError {
  readonly code = 'UNAUTHENTICATED';

  constructor(options?: ErrorOptions) {
    super('A valid token is needed: send it as a bearer token.', {}, options);
  }
}

/** The viewer may not do this, whatever the state. */
export class ForbiddenError extends CodedError {
  readonly code = 'FORBIDDEN';
}

/** No such session for this viewer: one that is another user's gives the same error, so the two cannot be told apart. */
export class NotFoundError extends CodedError {
  readonly code = 'NOT_FOUND';

  constructor(message = 'There is no such session.', details?: ErrorDetails, options?: ErrorOptions) {
    super(message, details, options);
  }
}

/** The session is there, and the draft is not: it is finished, cancelled, or was never started. */
export class DraftNotFoundError extends NotFoundError {
  constructor() {
    super('There is no such draft: it is finished, cancelled, or was never started.');
  }
}

/** The state is not what the write expected. Remedy: read again, decide again; `details.current` says what is there. */
export class ConflictError extends CodedError {
  readonly code = 'CONFLICT';
}

/** A draft was written to since it was read. Whoever ends one by what it holds reads it again. */
export class DraftMovedError extends ConflictError {
  constructor(options?: ErrorOptions) {
    super('The draft was written to meanwhile. Try again.', {}, options);
  }
}

/** Larger than `details.limit`; `details.actual` says by how much. Nothing was stored. */
export class PayloadTooLargeError extends CodedError {
  readonly code = 'PAYLOAD_TOO_LARGE';
}

/** The log no longer holds what the cursor names. Remedy: read the session again and go on from its cursor. */
export class CursorExpiredError extends CodedError {
  readonly code = 'CURSOR_EXPIRED';

  constructor(
    message = 'The log no longer holds what this cursor names. Read the session again and use its cursor.',
    details?: ErrorDetails,
    options?: ErrorOptions,
  ) {
    super(message, details, options);
  }
}

/** Too many operations in a short time. Remedy: wait as long as `details.retryAfterMs` says. */
export class RateLimitedError extends CodedError {
  readonly code = 'RATE_LIMITED';

  constructor(retryAfterMs: number) {
    super('Too many operations in a short time. Wait, and try again.', {
      retryAfterMs: Math.ceil(retryAfterMs),
    });
  }
}

/** The store refused or could not be reached; nothing was written. Remedy: try again. */
export class StoreUnavailableError extends CodedError {
  readonly code = 'STORE_UNAVAILABLE';
}

/**
 * What the store is set to would lose what it was given, so nothing is to be kept in it. For who runs the server: no
 * client is told of it. Remedy: what the message says.
 */
export class UnsafeStoreError extends Error {}

/** The store did not answer in time; whether it wrote is unknown. Remedy: repeat with the same idempotency key. */
export class StoreTimeoutError extends CodedError {
  readonly code = 'STORE_TIMEOUT';
}
