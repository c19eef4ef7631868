import { joinWhileWritten } from '../experiments.ts';
import { NaiveWatching, replayThenBells } from '../naive-watching.ts';
import type { BrokenServer } from '../trial.ts';
import { slowToRead } from '../conditions.ts';

/** What is written while the replay runs comes by the replay, and again from the buffer. */
export const noDedupe: BrokenServer = {
  name: 'no-dedupe',
  invariant: 'I6',
  breakage: {
    watching: (_own, { storage, sessions }) => new NaiveWatching(replayThenBells, storage, sessions),
  },
  experiment: (trial) => joinWhileWritten(trial, { storage: slowToRead(30) }),
};
