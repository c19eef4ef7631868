import type { JsonValue } from '../core/json.ts';

/**
 * JSON on its way to the answer, which becomes itself when the answer is written. Executors take whatever has a `then`
 * for a promise and wait for it, and JSON that people store may have one; in here they do not see it.
 */
export class OpaqueJson {
  readonly #value: JsonValue;

  constructor(value: JsonValue) {
    this.#value = value;
  }

  toJSON(): JsonValue {
    return this.#value;
  }
}
