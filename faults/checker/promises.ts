/** What the servers under test have promised: what the history is judged by. Milliseconds and bytes. */
export interface Promises {
  /** `durable`: no acknowledged write is ever lost; `standard`: those that a lossy fault takes are announced. */
  readonly profile: 'standard' | 'durable';
  /** How long a failover may have gone on before the history tells of it (I1). */
  readonly failoverNoticeMs: number;
  /** How long after healing every subscriber may take to reach the end (I7). */
  readonly catchUpMs: number;
  /** How long there may be no acknowledged write while clients try, beyond what the faults last (I13). */
  readonly noServiceMs: number;
  /** How long a reader that takes nothing may keep its connection (I11). */
  readonly stalledMs: number;
  /** What a server may take under load, and keep when all have gone, beyond its start (I11). */
  readonly memoryBytes: number;
  readonly memoryAfterwardsBytes: number;
  /** A request that was sent so long ago has been accepted, by a busy server, too (I14). */
  readonly arrivalMs: number;
  /** How long a server may take to end (I14). */
  readonly shutdownMs: number;
  /** By how much a census may be higher afterwards (I15). */
  readonly censusSlack: number;
}

export const PROMISES: Promises = {
  profile: 'standard',
  failoverNoticeMs: 0,
  catchUpMs: 5_000,
  noServiceMs: 3_000,
  stalledMs: 30_000,
  memoryBytes: 256 * 1024 * 1024,
  memoryAfterwardsBytes: 128 * 1024 * 1024,
  arrivalMs: 1_000,
  shutdownMs: 10_000,
  censusSlack: 4,
};
