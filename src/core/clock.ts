/** Time, as the parts that depend on it see it; tests bring their own. */
export interface Clock {
  /** Milliseconds since 1970, UTC. */
  now(): number;
  /** Calls `tick` every `ms` milliseconds until the returned function is called; does not keep a process alive. */
  every(ms: number, tick: () => void): () => void;
}
