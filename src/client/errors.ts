/** The server's codes; PROTOCOL.md, section 7, says what each means and its remedy. */
export type ServerErrorCode =
  | 'BAD_REQUEST'
  | 'GRAPHQL_PARSE_FAILED'
  | 'GRAPHQL_VALIDATION_FAILED'
  | 'QUERY_TOO_COMPLEX'
  | 'BAD_USER_INPUT'
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'NOT_FOUND'
  | 'CONFLICT'
  | 'PAYLOAD_TOO_LARGE'
  | 'CURSOR_EXPIRED'
  | 'RATE_LIMITED'
  | 'STORE_UNAVAILABLE'
  | 'STORE_TIMEOUT'
  | 'INTERNAL_SERVER_ERROR';

/**
 * What no server said, because none was heard:
 * - `NETWORK_ERROR`: no answer, or one that a proxy gave for a server that is away; retryable.
 * - `BAD_RESPONSE`: an answer that is no GraphQL; the URL is probably another server's. `details.status` has its status.
 * - `ABORTED`: the AbortSignal that was given has fired; `cause` is its reason.
 */
export type ClientErrorCode = 'NETWORK_ERROR' | 'BAD_RESPONSE' | 'ABORTED';

export type ErrorCode = ServerErrorCode | ClientErrorCode;

/** What an error says besides its code; each field means the same in every error. */
export interface ErrorDetails {
  /** Where in the input the fault is, outermost name first. */
  readonly path?: readonly (string | number)[];
  /** The limit that was passed, in the unit that the message names. */
  readonly limit?: number;
  /** What was measured against `limit`. */
  readonly actual?: number;
  /** Milliseconds to wait before the next try; retries of this client have respected it. */
  readonly retryAfterMs?: number;
  /** Which element of a list is at fault, from 0. */
  readonly index?: number;
  /** On CONFLICT: the cursor, agent or length that is there now. */
  readonly current?: string | number | null;
  /** Names the request in the server's log; of errors that a server told. */
  readonly requestId?: string;
  /** HTTP status of an answer that was no GraphQL. */
  readonly status?: number;
}

export interface AgentSessionsErrorOptions {
  /** false */
  readonly retryable?: boolean;
  readonly details?: ErrorDetails;
  readonly cause?: unknown;
}

/**
 * The one error of this client. Go by `code`; the message is for people and may change. `cause` is the server's error
 * as it came, what `fetch` threw, or the signal's reason.
 */
export class AgentSessionsError extends Error {
  readonly code: ErrorCode;
  /** True when the same call may succeed later without being changed; then it has been retried already. */
  readonly retryable: boolean;
  readonly details: ErrorDetails;

  constructor(
    code: ErrorCode,
    message: string,
    { retryable = false, details = {}, cause }: AgentSessionsErrorOptions = {},
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'AgentSessionsError';
    this.code = code;
    this.retryable = retryable;
    this.details = details;
  }
}

export function hasCode(error: unknown, code: ErrorCode): error is AgentSessionsError {
  return error instanceof AgentSessionsError && error.code === code;
}

export function notFound(): AgentSessionsError {
  return new AgentSessionsError('NOT_FOUND', 'There is no such session.');
}
