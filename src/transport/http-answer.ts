import type { ServerResponse } from 'node:http';
import type { GraphQLError } from 'graphql';
import { clientError, coded, type ReportFault } from '../graphql/errors.ts';
import { writeHead } from './head.ts';
import { failure, type Payload } from './payload.ts';
import type { RequestRecord } from './request-record.ts';

/** The two media types of GraphQL over HTTP. The older one knows no statuses for requests that are well formed. */
export type AnswerType = 'application/graphql-response+json' | 'application/json';

/** The type that a client likes best; null: neither. */
export function answerTypeOf(accept: string | undefined): AnswerType | null {
  // What most clients send, and curl.
  if (accept === undefined || accept === '' || accept === '*/*' || accept === 'application/json') {
    return 'application/json';
  }
  const ranges = accept.split(',').map((range) => {
    const [type = '', ...parameters] = range.split(';').map((text) => text.trim().toLowerCase());
    const quality = parameters.find((text) => text.startsWith('q='))?.slice(2);
    return { type, quality: quality === undefined ? 1 : Number(quality) };
  });
  const liked = ranges
    .filter(({ type, quality }) => quality > 0 && TYPES.has(type))
    .toSorted((one, other) => other.quality - one.quality)[0];
  return liked === undefined ? null : (TYPES.get(liked.type) ?? null);
}

const TYPES: ReadonlyMap<string, AnswerType> = new Map([
  ['application/graphql-response+json', 'application/graphql-response+json'],
  ['application/json', 'application/json'],
  ['application/*', 'application/json'],
  ['*/*', 'application/json'],
]);

const CONTENT_TYPES: Readonly<Record<AnswerType, string>> = {
  'application/graphql-response+json': 'application/graphql-response+json; charset=utf-8',
  'application/json': 'application/json; charset=utf-8',
};

/**
 * Answers with one result.
 * @param headers Names and values in turn.
 */
export function answer(
  response: ServerResponse,
  record: RequestRecord,
  status: number,
  type: AnswerType,
  payload: Payload,
  headers: readonly string[] = [],
): void {
  if (response.destroyed || response.headersSent) return;
  const { json, bytes } = record.tell(payload);
  writeHead(response, record.id, status, [
    ...['content-type', CONTENT_TYPES[type], 'content-length', String(bytes), 'cache-control', 'no-store'],
    ...headers,
  ]);
  // As a text it goes to the system together with the head.
  response.end(json);
}

/** What is said in place of an answer. */
export interface Refusal {
  readonly status: number;
  readonly payload: Payload;
  readonly headers: Readonly<Record<string, string>>;
}

/** Says what was not executed: a client of the newer type learns that from the status, too. */
export function refusalOf(type: AnswerType, errors: readonly unknown[], report: ReportFault): Refusal {
  const told = errors.map((error) => clientError(error, report));
  const statuses = told.flatMap((error) => {
    const { http } = error.extensions;
    const isHidden = type === 'application/json' && http?.spec === true;
    return http?.status === undefined || isHidden ? [] : http.status;
  });
  return {
    status: Math.max(200, ...statuses),
    payload: failure(told, report),
    headers: headersOf(told),
  };
}

/** Answers with what was not executed. */
export function refuse(
  response: ServerResponse,
  record: RequestRecord,
  type: AnswerType,
  errors: readonly unknown[],
): void {
  const { status, payload, headers } = refusalOf(type, errors, record.report);
  answer(response, record, status, type, payload, Object.entries(headers).flat());
}

/** What HTTP says of some errors besides their status. */
function headersOf(errors: readonly GraphQLError[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const { extensions } of errors) {
    if (extensions['code'] === 'UNAUTHENTICATED') headers['www-authenticate'] = 'Bearer';
    const { retryAfterMs } = extensions;
    if (typeof retryAfterMs === 'number') headers['retry-after'] = String(Math.ceil(retryAfterMs / 1_000));
    if (extensions.http?.status === 405) headers['allow'] = 'POST';
  }
  return headers;
}

/** A mutation came by GET, which browsers, crawlers and caches send at will. */
export function postOnly(): GraphQLError {
  return coded('BAD_REQUEST', 'A mutation is sent by POST.', undefined, {}, { status: 405 });
}

/** Forms and plain text, which any page on the web may send here without asking, are no way to write. */
export function notJson(): GraphQLError {
  const message = 'A request is JSON: send it with content-type: application/json.';
  return coded('BAD_REQUEST', message, undefined, {}, { status: 415, spec: false });
}

export function notAcceptable(message: string): GraphQLError {
  return coded('BAD_REQUEST', message, undefined, {}, { status: 406 });
}
