/** Does something again and again until it is stopped; resolves once it has. */
export function repeated(everyMs: number, act: () => Promise<unknown>): () => Promise<void> {
  let isOver = false;
  const running = (async () => {
    while (!isOver) {
      // What it is done to may be down at the moment, which is a fault of its own.
      await act().catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, everyMs));
    }
  })();
  return async () => {
    isOver = true;
    await running;
  };
}
