import type { Random } from './random.ts';

/** Something that goes wrong, and is put right again. */
export interface Fault {
  readonly name: string;
  /** The store may lose its newest writes by it. */
  readonly lossy?: boolean;
  /** Nobody can write while it lasts. */
  readonly outage?: boolean;
  /** Milliseconds that it lasts, at least and at most; what heals by itself has 0. */
  readonly lasts: readonly [number, number];
  /**
   * Makes it happen; resolves with what puts it right again.
   * @param random Decides what is met by it: the same seed meets the same.
   */
  inject(random: Random): Promise<() => Promise<void> | void>;
}
