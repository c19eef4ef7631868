import type { ServerResponse } from 'node:http';
import { REQUEST_ID } from './request-id.ts';

/** Of every answer, names and values in turn; the playground and the console have policies of their own. */
const SECURITY_HEADERS: readonly string[] = [
  ...['content-security-policy', "default-src 'none'; frame-ancestors 'none'"],
  ...['cross-origin-resource-policy', 'same-origin'],
  ...['referrer-policy', 'no-referrer'],
  ...['x-content-type-options', 'nosniff'],
  ...['x-frame-options', 'DENY'],
];

/**
 * Writes the whole head of an answer at once: to set headers one by one, and have them written later, costs several times
 * as much. Those that are set already stay, unless they are here too.
 * @param own Names and values in turn, names in lower case.
 */
export function writeHead(
  response: ServerResponse,
  requestId: string,
  status: number,
  own: readonly string[],
): void {
  response.writeHead(status, [REQUEST_ID, requestId, ...SECURITY_HEADERS, ...own]);
}

/** Sets what every answer says, for those that set more, or other values, one by one. */
export function setHead(response: ServerResponse, requestId: string): void {
  response.setHeader(REQUEST_ID, requestId);
  for (let i = 0; i + 1 < SECURITY_HEADERS.length; i += 2) {
    response.setHeader(SECURITY_HEADERS[i] ?? '', SECURITY_HEADERS[i + 1] ?? '');
  }
}
