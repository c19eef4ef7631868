import { setTimeout as sleep } from 'node:timers/promises';
import type { Storage } from '../../src/app/storage.ts';
import { unreliableLive, type Fate } from '../../test/support/unreliable-live.ts';

/** Subscribing takes as long as it may over a network. */
export function slowToListen(milliseconds: number): (own: Storage) => Storage {
  return (own) => ({
    ...own,
    live: {
      ...own.live,
      async listen(sessionId, ring) {
        await sleep(milliseconds);
        return own.live.listen(sessionId, ring);
      },
    },
  });
}

/** Doorbells meet what `fate` says. */
export function lossy(fate: () => Fate): (own: Storage) => Storage {
  return (own) => ({ ...own, live: unreliableLive(own.live, fate) });
}

/** Reading the log takes as long as it may over a network; what is written meanwhile is in what is read. */
export function slowToRead(milliseconds: number): (own: Storage) => Storage {
  return (own) => ({
    ...own,
    store: {
      ...own.store,
      async read(sessionId, after, limit) {
        await sleep(milliseconds);
        return own.store.read(sessionId, after, limit);
      },
    },
  });
}
