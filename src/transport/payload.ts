import type { ExecutionResult, GraphQLFormattedError } from 'graphql';
import { clientError, publicError, type ReportFault } from '../graphql/errors.ts';

/** A result with errors, as it is told to whoever asked: each learns which of its requests they belong to. */
interface Failed {
  readonly errors: readonly GraphQLFormattedError[];
  readonly data: unknown;
}

/** One result of an operation, written once for all who are given it. */
export class Payload {
  /** The result as JSON text. */
  readonly json: string;
  /** The place after the event that it tells of; null when that is not in the log. */
  readonly cursor: string | null;
  readonly #failed: Failed | null;
  #framed: Map<Framing, Buffer> | undefined;
  #isWritten = false;
  #bytes: number | undefined;

  constructor(json: string, cursor: string | null = null, failed: Failed | null = null) {
    this.json = json;
    this.cursor = cursor;
    this.#failed = failed;
  }

  /** The code of its first error; null when it has none. */
  get code(): unknown {
    return this.#failed?.errors[0]?.extensions?.['code'] ?? null;
  }

  /** Length of the text in UTF-8. */
  get bytes(): number {
    return (this.#bytes ??= Buffer.byteLength(this.json));
  }

  /** The same for who asked with that request: one without errors is everybody's. */
  forRequest(requestId: string): Payload {
    if (this.#failed === null) return this;
    const { data } = this.#failed;
    const errors = this.#failed.errors.map((error) => ({
      ...error,
      extensions: { ...error.extensions, requestId },
    }));
    return new Payload(JSON.stringify({ errors, data }), this.cursor, { errors, data });
  }

  /** Whether this is the first time that somebody asks: most are written once, and bytes of their own are not shared. */
  beginsToBeWritten(): boolean {
    const begins = !this.#isWritten;
    this.#isWritten = true;
    return begins;
  }

  /** The bytes that a framing makes of it; made once. */
  framed(framing: Framing): Buffer {
    this.#framed ??= new Map();
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
  if (errors === undefined) return new Payload(JSON.stringify({ data }), cursor);
  const told = toldErrors(errors, report);
  return new Payload(JSON.stringify({ errors: told, data }), cursor, { errors: told, data });
}

/** A result that is nothing but errors: the operation was not executed, or what it gave is not told. */
export function failure(
  errors: readonly unknown[],
  report: ReportFault,
  cursor: string | null = null,
): Payload {
  const told = toldErrors(errors, report);
  return new Payload(JSON.stringify({ errors: told }), cursor, { errors: told, data: undefined });
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
