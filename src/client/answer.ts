import { AgentSessionsError, type ErrorCode, type ErrorDetails } from './errors.ts';

/** An HTTP answer that was read to its end. */
export interface Answer {
  readonly status: number;
  readonly text: string;
  /** The header of that name: seconds. */
  readonly retryAfter: string | null;
}

interface GraphQLFault {
  readonly message?: string;
  readonly extensions?: ErrorDetails & { readonly code?: ErrorCode; readonly retryable?: boolean };
}

/** Statuses by which proxies say that the server is away or busy, and will be back. */
const AWAY: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504]);

/**
 * The data of a GraphQL answer.
 * @throws AgentSessionsError with the code of its first error; NETWORK_ERROR or BAD_RESPONSE when it is no GraphQL.
 */
export function dataOf(answer: Answer): unknown {
  const body = parsed(answer.text);
  if (typeof body === 'object' && body !== null) {
    if ('errors' in body && Array.isArray(body.errors) && body.errors.length > 0) {
      // What the server says of its errors is as trusted as its data.
      throw serverError(body.errors[0] as GraphQLFault, answer);
    }
    if ('data' in body && body.data !== null) return body.data;
  }
  throw noGraphQL(answer);
}

/** @throws AgentSessionsError that says why this is no event stream, in the words of the answer where it has some. */
export function noStream(answer: Answer): never {
  dataOf(answer);
  throw noGraphQL(answer);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // No JSON is no GraphQL: the caller says so, with the status.
    return null;
  }
}

function serverError(fault: GraphQLFault, answer: Answer): AgentSessionsError {
  const { code, retryable = false, ...details } = fault.extensions ?? {};
  if (code === undefined) return noGraphQL(answer, fault);
  return new AgentSessionsError(code, fault.message ?? code, { retryable, details, cause: fault });
}

function noGraphQL({ status, retryAfter }: Answer, cause?: unknown): AgentSessionsError {
  const seconds = Number(retryAfter);
  const details = { status, ...(seconds > 0 ? { retryAfterMs: seconds * 1000 } : {}) };
  return AWAY.has(status)
    ? new AgentSessionsError('NETWORK_ERROR', `The server is away: HTTP ${status}.`, {
        retryable: true,
        details,
        cause,
      })
    : new AgentSessionsError(
        'BAD_RESPONSE',
        `HTTP ${status}, and no GraphQL of agent-sessions: is the url right?`,
        { details, cause },
      );
}
