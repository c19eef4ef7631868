import { ERROR_CODES } from '../../src/core/errors.ts';

/** What came back for one request, or on one socket. */
export interface Heard {
  /** All that was said, as it came. */
  readonly text: string;
  /** Everything in it that may hold errors. */
  readonly results: readonly unknown[];
  /** Of HTTP. */
  readonly status?: number | undefined;
  /** What a WebSocket was closed with. */
  readonly closed?: number | undefined;
}

/** Of a server whose store works none of these is an answer. */
const FAULTS: ReadonlySet<string> = new Set(['INTERNAL_SERVER_ERROR', 'STORE_UNAVAILABLE', 'STORE_TIMEOUT']);
const CODES: ReadonlySet<unknown> = new Set(ERROR_CODES.filter((code) => !FAULTS.has(code)));
/** 1005 and 1006 are what a client makes of a connection that ends without a word. */
const CLOSES: ReadonlySet<number> = new Set([
  1000, 1002, 1005, 1006, 1007, 1008, 1009, 1013, 4400, 4401, 4403, 4406, 4408, 4409, 4429,
]);

/** What is wrong with an answer; null when it is what anybody may be told. */
export function faultOf({ text, results, status, closed }: Heard, secret: string): string | null {
  if (text.includes(secret)) return 'it tells what belongs to somebody else';
  if (status !== undefined && status >= 500) return `its status is ${status}`;
  if (closed !== undefined && !CLOSES.has(closed)) return `the socket is closed with ${closed}`;
  for (const error of results.flatMap(errorsIn)) {
    const code = codeOf(error);
    if (!CODES.has(code)) return `an error has the code ${String(code)}`;
  }
  return null;
}

function errorsIn(result: unknown): readonly unknown[] {
  if (Array.isArray(result)) return result;
  return isObject(result) && Array.isArray(result['errors']) ? result['errors'] : [];
}

function codeOf(error: unknown): unknown {
  return isObject(error) && isObject(error['extensions']) ? error['extensions']['code'] : undefined;
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
