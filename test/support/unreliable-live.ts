import type { LiveFeed } from '../../src/core/live.ts';

/** What may happen to a doorbell on its way: anything that the port allows. */
export type Fate = 'pass' | 'lose' | 'repeat' | 'hold' | 'look';

export interface UnreliableLive extends LiveFeed {
  /** Rings what was held back, the last first. */
  release(): void;
}

/** A feed that does to each doorbell of each listener what `fate` says. */
export function unreliableLive(live: LiveFeed, fate: () => Fate): UnreliableLive {
  const held: (() => void)[] = [];

  function meeting<Bell>(ring: (doorbell: Bell | 'look') => void): (doorbell: Bell | 'look') => void {
    return (doorbell) => {
      switch (fate()) {
        case 'pass':
          return ring(doorbell);
        case 'lose':
          return;
        case 'repeat':
          ring(doorbell);
          held.push(() => ring(doorbell));
          return ring(doorbell);
        case 'hold':
          held.push(() => ring(doorbell));
          return;
        case 'look':
          ring('look');
      }
    };
  }

  return {
    listen: (sessionId, ring) => live.listen(sessionId, meeting(ring)),
    listenToList: (userId, ring) => live.listenToList(userId, meeting(ring)),
    release() {
      for (const ring of held.splice(0).toReversed()) ring();
    },
    close: () => live.close(),
  };
}
