/** What a mapping makes of one event: an event to hand on, or that the iteration is over after it. */
export type Mapped<T> = { readonly value: T; readonly last?: boolean } | null;

/**
 * An iterator over what `map` makes of another's events; null drops one. Unlike an async generator its `return()` reaches
 * the source while `next()` waits, so a subscriber that leaves is gone at once.
 */
export function mapped<S, T>(
  source: AsyncIterableIterator<S, undefined>,
  map: (event: S) => Mapped<T> | Promise<Mapped<T>>,
): AsyncIterableIterator<T, undefined> {
  let over = false;
  const close = async (): Promise<IteratorResult<T, undefined>> => {
    over = true;
    await source.return?.();
    return { done: true, value: undefined };
  };
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      while (!over) {
        const event = await source.next();
        if (event.done === true) break;
        try {
          const result = await map(event.value);
          if (result === null) continue;
          if (result.last === true) await close();
          return { done: false, value: result.value };
        } catch (error) {
          await close();
          throw error;
        }
      }
      return close();
    },
    return: close,
  };
}
