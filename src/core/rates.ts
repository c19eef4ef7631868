import type { Clock } from './clock.ts';
import { RateLimitedError } from './errors.ts';

/** How many operations a caller may begin. */
export interface Rate {
  readonly perSecond: number;
  /** How many at once, after a while without any. */
  readonly burst: number;
}

/** How many operations are asked for at once: none is granted when not at least so many are there. */
export interface Wanted {
  readonly least: number;
  readonly most: number;
}

export interface Lease {
  /** How many may be begun: 0, or `least` to `most`. */
  readonly granted: number;
  /** When none was granted: milliseconds until `least` will be there. */
  readonly waitMs: number;
}

/**
 * Hands out what callers may begin, to all processes that share the store together: a bucket for each caller that fills
 * by `perSecond` up to `burst`, and is full at first.
 */
export interface RateStore {
  /**
   * `least` is 1 to `rate.burst`, `most` is `least` or more.
   * @throws StoreUnavailableError, StoreTimeoutError: soon, since every operation waits for it.
   */
  lease(caller: string, wanted: Wanted, rate: Rate): Promise<Lease>;

  /** Forgets what a caller has taken. Throws as a store does. */
  forget(caller: string): Promise<void>;
}

export interface RatesOptions {
  readonly store: RateStore;
  readonly clock: Clock;
}

/** What is left of the leases of a caller. */
interface Held {
  left: number;
  /** When it is given up, so that what one server does not use is not missing on another. */
  until: number;
  /** The lease that is being asked for, and the least that it gives. */
  leasing: { readonly least: number; readonly done: Promise<Lease> } | undefined;
  /** Until when the store has not one for this caller. */
  emptyUntil: number;
}

/** A lease is worth a twentieth of a second's operations, and is given up after a second. */
const LEASES_PER_SECOND = 20;
const LEASE_MS = 1_000;
/** Callers that are remembered; the one that came the longest ago is forgotten first. */
const REMEMBERED = 10_000;

/** Bounds how often each caller begins an operation. Most operations ask nobody: several are leased at once. */
export class Rates {
  readonly #options: RatesOptions;
  readonly #held = new Map<string, Held>();

  constructor(options: RatesOptions) {
    this.#options = options;
  }

  /**
   * Takes one, or what counts as several; as many as make a burst at most, since more would never be there. While the
   * store cannot be asked everything is let through: the operation will meet the same store.
   * @throws RateLimitedError, with the milliseconds to wait.
   */
  async take(caller: string, rate: Rate, count = 1): Promise<void> {
    const least = Math.min(count, rate.burst);
    for (;;) {
      const now = this.#options.clock.now();
      const held = this.#heldBy(caller, now);
      if (held.left >= least) {
        held.left -= least;
        return;
      }
      if (held.emptyUntil > now) throw new RateLimitedError(held.emptyUntil - now);
      held.leasing ??= { least, done: this.#lease(caller, held, rate, least) };
      const { least: asked, done } = held.leasing;
      const { granted, waitMs } = await done;
      if (granted === 0 && asked <= least) throw new RateLimitedError(waitMs);
    }
  }

  #heldBy(caller: string, now: number): Held {
    const known = this.#held.get(caller) ?? { left: 0, until: 0, leasing: undefined, emptyUntil: 0 };
    if (known.until <= now && known.leasing === undefined) known.left = 0;
    this.#held.delete(caller);
    this.#held.set(caller, known);
    if (this.#held.size > REMEMBERED) {
      const [oldest] = this.#held.keys();
      if (oldest !== undefined) this.#held.delete(oldest);
    }
    return known;
  }

  async #lease(caller: string, held: Held, rate: Rate, least: number): Promise<Lease> {
    const most = Math.max(least, Math.ceil(rate.perSecond / LEASES_PER_SECOND));
    const lease = await this.#options.store
      .lease(caller, { least, most }, rate)
      .catch((): Lease => ({ granted: most, waitMs: 0 }));
    const now = this.#options.clock.now();
    held.leasing = undefined;
    if (lease.granted > 0) {
      held.left += lease.granted;
      held.until = now + LEASE_MS;
    } else if (least === 1) {
      held.emptyUntil = now + lease.waitMs;
    }
    return lease;
  }
}
