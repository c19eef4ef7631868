import { lastBellLost } from '../experiments.ts';
import type { BrokenServer } from '../trial.ts';

/** When the last doorbell is lost, nothing tells of what it was rung for. */
export const noSafetyPoll: BrokenServer = {
  name: 'no-safety-poll',
  invariant: 'I7',
  breakage: { pollMs: 1_000_000_000 },
  promises: { catchUpMs: 800 },
  experiment: lastBellLost,
};
