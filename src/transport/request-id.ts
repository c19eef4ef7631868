/** The header that brings and returns the id of a request. */
export const REQUEST_ID = 'x-request-id';

/** What can stand in a log and in a header as it is, and is no essay. */
const WELL_FORMED = /^[A-Za-z0-9._-]{1,128}$/;

/** The id that a request came with, so that a proxy's log and this server's name it alike; else a new one. */
export function requestIdOf(given: unknown, newId: () => string): string {
  return typeof given === 'string' && WELL_FORMED.test(given) ? given : newId();
}
