import type { ExecutionResult, GraphQLFormattedError } from 'graphql';
import { clientError, publicError, type ReportFault } from '../graphql/errors.ts';

/** One result of an operation, written once for all who are given it. */
export class Payload {
  /** The result as JSON text. */
  readonly json: string;
  /** The place after the event that it tells of; null when that is not in the log. */
  readonly cursor: string | null;
  readonly #framed = new Map<Framing, Buffer>();

  constructor(json: string, cursor: string | null = null) {
    this.json = json;
    this.cursor = cursor;
  }

  /** The bytes that a framing makes of it; made once. */
  framed(framing: Framing): Buffer {
    let bytes = this.#framed.get(framing);
    if (bytes === undefined) this.#framed.set(framing, (bytes = Buffer.from(framing(this))));
    return bytes;
  }
}

/** How a payload is written on a transport; the same function for all connections of it. */
export type Framing = (payload: Payload) => string;

/** A result as clients are given it: each error with a code of the closed set, and nothing of the inside. */
export function payloadOf(
  { data, errors }: ExecutionResult,
  report: ReportFault,
  cursor: string | null = null,
): Payload {
  const told = errors === undefined ? undefined : toldErrors(errors, report);
  return new Payload(JSON.stringify({ errors: told, data }), cursor);
}

/** A result that is nothing but errors: the operation was not executed. */
export function failure(errors: readonly unknown[], report: ReportFault): Payload {
  return new Payload(JSON.stringify({ errors: toldErrors(errors, report) }));
}

export function toldErrors(
  errors: readonly unknown[],
  report: ReportFault,
): readonly GraphQLFormattedError[] {
  return errors.map((error) => publicError(clientError(error, report)).toJSON());
}

/** What was thrown where an operation should have been; several errors may come as one. */
export function errorsOf(error: unknown): readonly unknown[] {
  return error instanceof AggregateError ? error.errors : [error];
}
