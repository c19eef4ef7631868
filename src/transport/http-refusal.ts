import type { ServerResponse } from 'node:http';
import { isRetryable } from '../core/errors.ts';
import { isErrorCode } from '../graphql/errors.ts';
import { Payload } from './payload.ts';
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
  answerText(response, status, json);
}

export function answerJson(response: ServerResponse, status: number, body: object): void {
  answerText(response, status, JSON.stringify(body));
}

function answerText(response: ServerResponse, status: number, json: string): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(json);
}
