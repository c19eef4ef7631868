/** When those are told who wait for an event. Telling many takes long, and what happens meanwhile can be told at once. */
export interface Pace {
  /**
   * Calls `go`, which tells so many, when there is time for it: never before the caller is done, and at once as long as
   * there is little to do.
   */
  soon(go: () => void, count: number): void;
  /** Calls `go` when what was written so far has gone out: for who has more to tell than goes at once. */
  after(go: () => void): void;
}

const NOW = Promise.resolve();

/** For sinks that take what they are given, and tell at once when they are full. */
export const AT_ONCE: Pace = {
  soon: (go) => void NOW.then(go),
  after: (go) => void NOW.then(go),
};
