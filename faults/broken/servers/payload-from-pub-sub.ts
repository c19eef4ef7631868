import type { FeedEvent } from '../../../src/core/feed/feed-event.ts';
import { followOverLostBells } from '../experiments.ts';
import { itemsIn, NaiveWatching, replay, type Told } from '../naive-watching.ts';
import type { BrokenServer } from '../trial.ts';

async function* tell(told: Told): AsyncGenerator<FeedEvent> {
  const { session, storage, bells } = told;
  const leave = await storage.live.listen(session.id, (bell) => bells.put(bell));
  try {
    const replayed = new Set<string>();
    const replaying = replay(told);
    for (let step = await replaying.next(); step.done !== true; step = await replaying.next()) {
      if (step.value.kind === 'entry') replayed.add(step.value.entry.id);
      yield step.value;
    }
    yield { kind: 'caughtUp', at: session.end };
    for await (const bell of bells) {
      for (const entry of itemsIn(bell)) if (!replayed.has(entry.id)) yield { kind: 'entry', entry };
    }
  } finally {
    await leave();
  }
}

/** What a lost message held is never told: the log is not asked again. */
export const payloadFromPubSub: BrokenServer = {
  name: 'payload-from-pub-sub',
  invariant: 'I6',
  breakage: { watching: (_own, { storage, sessions }) => new NaiveWatching(tell, storage, sessions) },
  experiment: followOverLostBells,
};
