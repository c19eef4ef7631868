/** Milliseconds before the next of several tries: doubles up to ten seconds, and differs by chance. */
export function delayAfter(failures: number, random: () => number = Math.random): number {
  return Math.min(500 * 2 ** failures, 10_000) * (0.5 + random() / 2);
}

/** Resolves after so long, when the network comes back, or when it is no longer waited for. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      window.removeEventListener('online', done);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    window.addEventListener('online', done);
    signal.addEventListener('abort', done);
    if (signal.aborted) done();
  });
}
