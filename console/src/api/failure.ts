import { AgentSessionsError } from 'agent-sessions/client';
import { CombinedError } from 'urql';

/** Why something did not work, as the console tells it. */
export interface Failure {
  /** One of the server's codes, or NETWORK_ERROR. */
  readonly code: string;
  /** One sentence for people. */
  readonly message: string;
  /** Whether the same may work later. */
  readonly retryable: boolean;
}

/** What people are told, where the server's own sentence is written for programs. */
const SENTENCES: Readonly<Record<string, string>> = {
  NETWORK_ERROR: 'The server cannot be reached.',
  STORE_UNAVAILABLE: 'The server cannot reach its store right now. Nothing was written.',
  STORE_TIMEOUT: 'The store did not answer in time.',
  RATE_LIMITED: 'Too many requests at once. Wait a moment.',
  UNAUTHENTICATED: 'The token is missing, expired or wrong.',
  FORBIDDEN: 'This token may not do that.',
  NOT_FOUND: 'This conversation does not exist any more.',
  INTERNAL_SERVER_ERROR: 'Something went wrong in the server; its log says more.',
};

export function failureOf(error: unknown): Failure {
  if (error instanceof AgentSessionsError) {
    const { code, retryable, message, details } = error;
    return failure(details.status === 401 ? 'UNAUTHENTICATED' : code, message, retryable);
  }
  if (!(error instanceof CombinedError)) {
    return failure('UNKNOWN', error instanceof Error ? error.message : String(error), false);
  }
  const [first] = error.graphQLErrors;
  if (first !== undefined) {
    const { code, retryable } = first.extensions;
    return failure(typeof code === 'string' ? code : 'UNKNOWN', first.message, retryable === true);
  }
  // urql keeps the answer of a server, or of a proxy, that spoke no GraphQL.
  const response: unknown = error.response;
  const status = response instanceof Response ? response.status : 0;
  return status === 401
    ? failure('UNAUTHENTICATED', '', false)
    : failure('NETWORK_ERROR', '', status < 400 || status >= 500 || status === 429);
}

function failure(code: string, message: string, retryable: boolean): Failure {
  return { code, message: SENTENCES[code] ?? message, retryable };
}
