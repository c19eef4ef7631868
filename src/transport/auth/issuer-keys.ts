import { createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose';
import type { Clock } from '../../core/clock.ts';
import { StoreUnavailableError } from '../../core/errors.ts';

export interface IssuerKeysOptions {
  /** Where the issuer publishes its keys. */
  readonly url: string;
  readonly clock: Pick<Clock, 'now'>;
  /** Told of the first of several failures in a row. */
  readonly onError: (error: unknown) => void;
}

/** Milliseconds after which the keys are fetched again: what taking one away costs at most. */
const HOLD_MS = 60_000;
/** Milliseconds that they hold while the issuer cannot be reached. */
const LAST_MS = 600_000;
/** Milliseconds between two fetches, whoever asks for keys that nobody knows. */
const PAUSE_MS = 1_000;
const TIMEOUT_MS = 3_000;

/** The public keys of an issuer, as it publishes them now. */
export class IssuerKeys {
  readonly #options: IssuerKeysOptions;
  readonly #remote: ReturnType<typeof createRemoteJWKSet>;
  #ids: ReadonlySet<string | undefined> = new Set();
  #fetchedAt = -Infinity;
  #triedAt = -Infinity;
  #failure: unknown;
  #fetching: Promise<void> | undefined;

  constructor(options: IssuerKeysOptions) {
    this.#options = options;
    // When it fetches is decided here.
    this.#remote = createRemoteJWKSet(new URL(options.url), {
      timeoutDuration: TIMEOUT_MS,
      cooldownDuration: Infinity,
      cacheMaxAge: Infinity,
    });
  }

  /**
   * The key that a token names.
   * @throws jose's errors when it names none of them; StoreUnavailableError when that cannot be told.
   */
  readonly find: JWTVerifyGetKey = async (header, token) => {
    await this.#refresh();
    try {
      return await this.#remote(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      // The issuer may have begun to sign with a new one.
      await (this.#isDue(PAUSE_MS) ? this.#fetch() : this.#fetching);
      if (this.#failure !== undefined) throw unavailable(this.#failure);
      return this.#remote(header, token);
    }
  };

  /** Whether the issuer has taken a key away that it had. Fetches the keys in the background when it is time. */
  isGone(id: string | undefined): boolean {
    if (this.#isDue(HOLD_MS)) void this.#fetch();
    return id !== undefined && !this.#ids.has(id);
  }

  async #refresh(): Promise<void> {
    const fetching = this.#isDue(HOLD_MS) ? this.#fetch() : this.#fetching;
    const isKnown = this.#options.clock.now() - this.#fetchedAt < LAST_MS;
    // Once the issuer has failed nobody waits for it who can do without.
    if (!isKnown || this.#failure === undefined) await fetching;
    if (!isKnown && this.#failure !== undefined) throw unavailable(this.#failure);
  }

  /** Whether they are older than that, and the last try is long enough ago. */
  #isDue(age: number): boolean {
    const now = this.#options.clock.now();
    return now - this.#fetchedAt >= age && now - this.#triedAt >= PAUSE_MS;
  }

  /** Never rejects. */
  #fetch(): Promise<void> {
    this.#triedAt = this.#options.clock.now();
    return (this.#fetching ??= this.#remote
      .reload()
      .then(
        () => {
          this.#failure = undefined;
          this.#fetchedAt = this.#options.clock.now();
          this.#ids = new Set(this.#remote.jwks()?.keys.map(({ kid }) => kid));
        },
        (error: unknown) => {
          if (this.#failure === undefined) this.#options.onError(error);
          this.#failure = error;
        },
      )
      .finally(() => (this.#fetching = undefined)));
  }
}

function unavailable(cause: unknown): StoreUnavailableError {
  return new StoreUnavailableError('Tokens cannot be checked at the moment. Try again.', {}, { cause });
}
