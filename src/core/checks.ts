import { BadUserInputError } from './errors.ts';
import { checkBytes, checkedJsonObject } from './json.ts';
import type { Limits } from './limits.ts';

/** The checks of single values; each throws BadUserInputError with the value's name as `path`, and never repeats the value. */
export class Checks {
  readonly #limits: Limits;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** A name of a user, an agent or an idempotency key. */
  name(value: string, name: string): string {
    if (value === '' || value.length > this.#limits.nameLength) {
      throw new BadUserInputError(`${name} must have 1 to ${this.#limits.nameLength} characters.`, {
        path: [name],
        limit: this.#limits.nameLength,
        actual: value.length,
      });
    }
    return this.#wellFormed(value, name);
  }

  title(value: string | null | undefined): string | null {
    if (value === null || value === undefined) return null;
    if (value.length > this.#limits.titleLength) {
      throw new BadUserInputError(`title must have at most ${this.#limits.titleLength} characters.`, {
        path: ['title'],
        limit: this.#limits.titleLength,
        actual: value.length,
      });
    }
    return this.#wellFormed(value, 'title');
  }

  /** The text of a message; too much of it is PayloadTooLargeError. */
  messageText(value: string, name: string): string {
    this.#wellFormed(value, name);
    if (value.trim() === '') {
      throw new BadUserInputError(`${name} is empty or only spaces.`, { path: [name] });
    }
    checkBytes(value, this.#limits.textBytes, name);
    return value;
  }

  /** A piece of a text: it may be spaces, not empty; how much there may be in all is known where it is added. */
  textPiece(value: string, name: string): string {
    if (value === '') throw new BadUserInputError(`${name} is empty.`, { path: [name] });
    return this.#wellFormed(value, name);
  }

  /** Metadata as JSON text; null and absent are `{}`. */
  metadata(value: unknown): string {
    if (value === null || value === undefined) return '{}';
    return checkedJsonObject(value, {
      name: 'metadata',
      maxBytes: this.#limits.metadataBytes,
      maxDepth: this.#limits.metadataDepth,
    });
  }

  expiresAfter(value: number): number {
    if (!Number.isInteger(value) || value < 1 || value > this.#limits.expiresAfter) {
      throw new BadUserInputError(`expiresAfter must be 1 to ${this.#limits.expiresAfter} seconds.`, {
        path: ['expiresAfter'],
        limit: this.#limits.expiresAfter,
        actual: value,
      });
    }
    return value;
  }

  maxItems(value: number): number {
    if (!Number.isInteger(value) || value < 1 || value > this.#limits.maxItems) {
      throw new BadUserInputError(`maxItems must be 1 to ${this.#limits.maxItems}.`, {
        path: ['maxItems'],
        limit: this.#limits.maxItems,
        actual: value,
      });
    }
    return value;
  }

  #wellFormed(value: string, name: string): string {
    if (!value.isWellFormed()) {
      throw new BadUserInputError(`${name} holds a lone surrogate, which is no text.`, { path: [name] });
    }
    return value;
  }
}
