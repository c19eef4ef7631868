import { StoreUnavailableError } from '../../core/errors.ts';
import type { Doorbell, LiveFeed } from '../../core/live.ts';

export interface MemoryLive {
  readonly live: LiveFeed;
  /** Rings every listener of the session before it returns; never throws. */
  readonly ring: (sessionId: string, doorbell: Doorbell) => void;
}

export interface MemoryLiveOptions {
  /** Hears what listeners throw; must not throw itself. */
  readonly onError: (error: unknown) => void;
}

interface Listener {
  readonly ring: (doorbell: Doorbell) => void;
}

/** Doorbells within one process. Nothing is lost on the way, so 'look' is only heard when a writer rings it. */
export function createMemoryLive({ onError }: MemoryLiveOptions): MemoryLive {
  const listeners = new Map<string, Set<Listener>>();
  let closed = false;

  function leave(sessionId: string, listener: Listener): void {
    const present = listeners.get(sessionId);
    if (present?.delete(listener) && present.size === 0) listeners.delete(sessionId);
  }

  return {
    ring(sessionId, doorbell) {
      const present = listeners.get(sessionId);
      if (present === undefined) return;
      // Over a copy: who begins to listen while it rings must not hear what came before.
      for (const listener of [...present]) {
        if (!present.has(listener)) continue;
        try {
          listener.ring(doorbell);
        } catch (error) {
          onError(error);
        }
      }
    },
    live: {
      async listen(sessionId, ring) {
        if (closed) throw new StoreUnavailableError('The live feed is closed.');
        const listener: Listener = { ring };
        const present = listeners.get(sessionId);
        if (present === undefined) listeners.set(sessionId, new Set([listener]));
        else present.add(listener);
        return async () => leave(sessionId, listener);
      },
      async close() {
        closed = true;
        listeners.clear();
      },
    },
  };
}
