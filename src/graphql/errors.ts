import { GraphQLError, Kind, type GraphQLErrorOptions } from 'graphql';
import { CodedError, ERROR_CODES, isRetryable, type ErrorCode, type ErrorDetails } from '../core/errors.ts';

/** Told of every error that is masked: the server's own faults. */
export type ReportFault = (error: unknown) => void;

const CODES: ReadonlySet<unknown> = new Set(ERROR_CODES);

/** Errors that have been through this file; any other may carry what is nobody's business in its extensions. */
const told = new WeakSet<GraphQLError>();

/** What an HTTP answer without data says. */
const STATUS: Readonly<Partial<Record<ErrorCode, number>>> = {
  BAD_REQUEST: 400,
  GRAPHQL_PARSE_FAILED: 400,
  GRAPHQL_VALIDATION_FAILED: 400,
  QUERY_TOO_COMPLEX: 400,
  BAD_USER_INPUT: 400,
  UNAUTHENTICATED: 401,
  PAYLOAD_TOO_LARGE: 413,
  RATE_LIMITED: 429,
  INTERNAL_SERVER_ERROR: 500,
  STORE_UNAVAILABLE: 503,
};

/**
 * The one mapping from whatever was thrown to what a client is told: a code of the closed set, `retryable`, and the
 * details of coded errors. Everything else is the server's fault: it is reported, and the client learns nothing of it.
 */
export function clientError(error: unknown, report: ReportFault): GraphQLError {
  const graphqlError = error instanceof GraphQLError ? error : undefined;
  if (graphqlError !== undefined && told.has(graphqlError)) return graphqlError;
  const cause = originalOf(error);
  if (cause instanceof CodedError) return coded(cause.code, cause.message, graphqlError, cause.details);
  if (cause instanceof GraphQLError) {
    const code = codeOfRequestFault(cause);
    if (code !== null)
      return coded(code, cause.message, cause, {}, httpOf(code, cause, cause.extensions['http']));
  }
  report(cause);
  return coded('INTERNAL_SERVER_ERROR', 'The server has a fault; its log says more.', graphqlError);
}

/** What is refused before it is an operation: every client learns of it from the status. */
const NO_OPERATION: ReadonlySet<ErrorCode> = new Set([
  'BAD_REQUEST',
  'PAYLOAD_TOO_LARGE',
  'UNAUTHENTICATED',
  'RATE_LIMITED',
]);

type HttpAnswer = NonNullable<GraphQLError['extensions']['http']>;

type Place = Pick<GraphQLError, 'nodes' | 'source' | 'positions' | 'path'>;

/** An error with a code, where the library that made it knows none. */
export function coded(
  code: ErrorCode,
  message: string,
  at?: Place,
  details: ErrorDetails = {},
  http: HttpAnswer | undefined = httpOf(code, at),
): GraphQLError {
  const error = new GraphQLError(message, {
    ...(at === undefined ? {} : placeOf(at)),
    extensions: {
      code,
      retryable: isRetryable(code),
      ...details,
      ...(http === undefined ? {} : { http }),
    },
  });
  told.add(error);
  return error;
}

/**
 * How an answer that holds nothing but this error stands in HTTP; an error beside data changes no status. What is no
 * GraphQL request at all is 4xx for every client, what is one is 200 for those that know application/json only.
 */
function httpOf(code: ErrorCode, at: Place | undefined, given?: HttpAnswer): HttpAnswer | undefined {
  const status = given?.status ?? STATUS[code];
  if (status === undefined || at?.path !== undefined) return given;
  return { ...given, status, spec: !NO_OPERATION.has(code) };
}

/** Where in the document and in the answer an error stands. */
function placeOf({ nodes, source, positions, path }: Place): GraphQLErrorOptions {
  return { nodes: nodes ?? null, source: source ?? null, positions: positions ?? null, path: path ?? null };
}

/** What stays inside: how Yoga answers over HTTP is no part of the error. */
export function publicError(error: GraphQLError): GraphQLError {
  const { http, unexpected, ...extensions } = error.extensions;
  if (http === undefined && unexpected === undefined) return error;
  return new GraphQLError(error.message, { ...placeOf(error), extensions });
}

/** The same error, for who asked with that request. */
export function forRequest(error: GraphQLError, requestId: string): GraphQLError {
  const named = new GraphQLError(error.message, {
    ...placeOf(error),
    extensions: { ...error.extensions, requestId },
  });
  told.add(named);
  return named;
}

/** The error below GraphQL's wrapping of what a resolver or a scalar threw. */
function originalOf(error: unknown): unknown {
  let original = error;
  while (original instanceof GraphQLError && original.originalError instanceof Error) {
    original = original.originalError;
  }
  return original;
}

/** Of errors that GraphQL or the HTTP layer made of a request; null when no request makes such an error. */
function codeOfRequestFault(error: GraphQLError): ErrorCode | null {
  const http: unknown = error.extensions['http'];
  if (typeof http === 'object' && http !== null && 'status' in http && typeof http.status === 'number') {
    if (http.status === 413) return 'PAYLOAD_TOO_LARGE';
    if (http.status >= 400 && http.status < 500) return 'BAD_REQUEST';
  }
  const { code } = error.extensions;
  if (isErrorCode(code)) return code;
  const at = error.nodes?.[0]?.kind;
  // An operation that the document does not have.
  if (at === undefined) return error.path === undefined ? 'BAD_REQUEST' : null;
  // A value that the executor found wrong while it ran, such as null where a variable's default was expected.
  return at === Kind.FIELD ? null : 'BAD_USER_INPUT';
}

export function isErrorCode(code: unknown): code is ErrorCode {
  return CODES.has(code);
}
