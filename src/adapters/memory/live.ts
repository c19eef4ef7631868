import { StoreUnavailableError } from '../../core/errors.ts';
import type { Doorbell, ListDoorbell, LiveFeed } from '../../core/live.ts';
import { createListeners, type Listeners } from './listeners.ts';

export interface MemoryLive {
  readonly live: LiveFeed;
  /** Rings every listener of the session before it returns; never throws. */
  readonly ring: (sessionId: string, doorbell: Doorbell) => void;
  /** The same for those who listen to a user's list. */
  readonly ringList: (userId: string, doorbell: ListDoorbell) => void;
}

export interface MemoryLiveOptions {
  /** Hears what listeners throw; must not throw itself. */
  readonly onError: (error: unknown) => void;
}

/** Doorbells within one process. Nothing is lost on the way, so 'look' is only heard when a writer rings it. */
export function createMemoryLive({ onError }: MemoryLiveOptions): MemoryLive {
  const sessions = createListeners<Doorbell>(onError);
  const lists = createListeners<ListDoorbell>(onError);
  let closed = false;

  function listening<Bell>(listeners: Listeners<Bell>) {
    return async (key: string, ring: (bell: Bell) => void): Promise<() => Promise<void>> => {
      if (closed) throw new StoreUnavailableError('The live feed is closed.');
      const leave = listeners.add(key, ring);
      return async () => leave();
    };
  }

  return {
    ring: sessions.ring,
    ringList: lists.ring,
    live: {
      listen: listening(sessions),
      listenToList: listening(lists),
      async close() {
        closed = true;
        sessions.clear();
        lists.clear();
      },
    },
  };
}
