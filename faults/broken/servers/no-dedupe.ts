import type { FeedEvent } from '../../../src/core/feed/feed-event.ts';
import { joinWhileWritten } from '../experiments.ts';
import { itemsIn, NaiveWatching, replay, type Told } from '../naive-watching.ts';
import type { BrokenServer } from '../trial.ts';
import { slowToRead } from '../conditions.ts';

async function* tell(told: Told): AsyncGenerator<FeedEvent> {
  const { session, storage, bells } = told;
  const leave = await storage.live.listen(session.id, (bell) => bells.put(bell));
  try {
    const last = yield* replay(told);
    yield { kind: 'caughtUp', at: last ?? session.end };
    for await (const bell of bells) {
      for (const entry of itemsIn(bell)) yield { kind: 'entry', entry };
    }
  } finally {
    await leave();
  }
}

/** What is written while the replay runs comes by the replay, and again from the buffer. */
export const noDedupe: BrokenServer = {
  name: 'no-dedupe',
  invariant: 'I6',
  breakage: { watching: (_own, { storage, sessions }) => new NaiveWatching(tell, storage, sessions) },
  experiment: (trial) => joinWhileWritten(trial, { storage: slowToRead(30) }),
};
