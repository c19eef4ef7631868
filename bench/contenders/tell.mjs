/** Tells whoever forked this process where it listens, and what it holds when asked; ends with it. */
export function tellParent(port) {
  process.on('message', (asked) => {
    if (asked === 'held') {
      // Twice: what the first frees may hold what the second does.
      globalThis.gc?.();
      globalThis.gc?.();
    }
    const { heapUsed, external, rss } = process.memoryUsage();
    process.send({ heap: heapUsed + external, rss });
  });
  process.on('disconnect', () => process.exit());
  process.send({ port });
}

/** Listens on a free port of the loopback address, and tells it. */
export async function listen(server) {
  await new Promise((resolve) => server.listen(0, '127.0.0.1', 4096, resolve));
  tellParent(server.address().port);
}
