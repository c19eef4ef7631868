import { RateLimitedError } from '../core/errors.ts';
import type { Credential } from './auth/credential.ts';

/** When one may be free again is not known; clients that ask at once would only be refused again. */
const RETRY_MS = 1_000;

/** How many of something each user has on this server. Services may have any number. */
export class Quota {
  readonly #limit: number;
  readonly #taken = new Map<string, number>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  /**
   * Takes one; the returned function gives it back, and may be called twice.
   * @throws RateLimitedError when the user has as many as it may.
   */
  take({ viewer, caller }: Credential): () => void {
    if (viewer.kind === 'SERVICE') return () => undefined;
    const count = this.#taken.get(caller) ?? 0;
    if (count >= this.#limit) throw new RateLimitedError(RETRY_MS);
    this.#taken.set(caller, count + 1);
    let given = false;
    return () => {
      if (given) return;
      given = true;
      const left = (this.#taken.get(caller) ?? 1) - 1;
      if (left > 0) this.#taken.set(caller, left);
      else this.#taken.delete(caller);
    };
  }
}
