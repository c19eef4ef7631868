/** Hears how those who watch are served; it is quick, and never throws. */
export interface FeedMetrics {
  /**
   * A reader was given something by reading the store: `replay` when it begins, which each must; `behind` when doorbells
   * did not bring what it needed: they were lost or large, or it is slow.
   */
  caughtUp(why: 'replay' | 'behind'): void;
  /** An entry that was written at that time, milliseconds since 1970, goes to those who had met all before it. */
  told(writtenAt: number): void;
  /** The look at what is watched found something that no doorbell had told. */
  missed(what: 'session' | 'list'): void;
  /** The log did not know the place where a reader stood. */
  lost(reason: 'EXPIRED' | 'DIVERGED'): void;
}

/** Where nobody measures. */
export const UNMEASURED: FeedMetrics = {
  caughtUp: () => undefined,
  told: () => undefined,
  missed: () => undefined,
  lost: () => undefined,
};
