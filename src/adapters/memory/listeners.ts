export interface Listeners<Bell> {
  /** The returned function ends it; a function that is added twice hears twice. */
  readonly add: (key: string, ring: (bell: Bell) => void) => () => void;
  /** Rings every listener of the key before it returns; never throws. */
  readonly ring: (key: string, bell: Bell) => void;
  readonly clear: () => void;
}

interface Listener<Bell> {
  readonly ring: (bell: Bell) => void;
}

/** Who listens to what, by key; `onError` hears what listeners throw. */
export function createListeners<Bell>(onError: (error: unknown) => void): Listeners<Bell> {
  const listeners = new Map<string, Set<Listener<Bell>>>();

  function leave(key: string, listener: Listener<Bell>): void {
    const present = listeners.get(key);
    if (present?.delete(listener) && present.size === 0) listeners.delete(key);
  }

  return {
    add(key, ring) {
      const listener: Listener<Bell> = { ring };
      const present = listeners.get(key);
      if (present === undefined) listeners.set(key, new Set([listener]));
      else present.add(listener);
      return () => leave(key, listener);
    },
    ring(key, bell) {
      const present = listeners.get(key);
      if (present === undefined) return;
      // Over a copy: who begins to listen while it rings must not hear what came before.
      for (const listener of [...present]) {
        if (!present.has(listener)) continue;
        try {
          listener.ring(bell);
        } catch (error) {
          onError(error);
        }
      }
    },
    clear: () => listeners.clear(),
  };
}
