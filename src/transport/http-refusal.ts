import type { ServerResponse } from 'node:http';
import { isRetryable } from '../core/errors.ts';
import { isErrorCode } from '../graphql/errors.ts';
import { Payload } from './payload.ts';
import { writeHead } from './head.ts';
import type { RequestRecord } from './request-record.ts';

/** A request that never becomes an operation is answered with an error of the same form. */
export function refuseRequest(
  response: ServerResponse,
  record: RequestRecord,
  status: number,
  message: string,
  code: unknown = status === 403 ? 'FORBIDDEN' : 'BAD_REQUEST',
): void {
  const errors = [{ message, extensions: { code, retryable: isErrorCode(code) && isRetryable(code) } }];
  const { json } = record.tell(new Payload('', null, { errors, data: undefined }));
  writeHead(response, record.id, status, HEADERS);
  response.end(json);
}

/** The head besides what it says is set before. */
export function answerJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, [...HEADERS]);
  response.end(JSON.stringify(body));
}

const HEADERS = ['content-type', 'application/json', 'cache-control', 'no-store'] as const;
