import type { FeedEvent } from '../../../src/core/feed/feed-event.ts';
import { slowToListen } from '../conditions.ts';
import { itemsIn, NaiveWatching, replay, type Told } from '../naive-watching.ts';
import type { BrokenServer } from '../trial.ts';
import { joinWhileWritten } from '../experiments.ts';

async function* tell(told: Told): AsyncGenerator<FeedEvent> {
  const { session, storage, bells } = told;
  const last = yield* replay(told);
  const leave = await storage.live.listen(session.id, (bell) => bells.put(bell));
  try {
    yield { kind: 'caughtUp', at: last ?? session.end };
    for await (const bell of bells) {
      for (const entry of itemsIn(bell)) yield { kind: 'entry', entry };
    }
  } finally {
    await leave();
  }
}

/** What is written between the replay and the subscription is told to nobody. */
export const replayThenSubscribe: BrokenServer = {
  name: 'replay-then-subscribe',
  invariant: 'I6',
  breakage: { watching: (_own, { storage, sessions }) => new NaiveWatching(tell, storage, sessions) },
  experiment: (trial) => joinWhileWritten(trial, { storage: slowToListen(30) }),
};
