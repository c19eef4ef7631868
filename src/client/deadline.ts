/**
 * Runs a task with a signal that fires after so many milliseconds, or when `outer` fires. Rejects then, also when the
 * task takes no notice of its signal.
 */
export async function withDeadline<T>(
  task: (signal: AbortSignal) => Promise<T>,
  ms: number,
  outer: AbortSignal | undefined,
): Promise<T> {
  outer?.throwIfAborted();
  const controller = new AbortController();
  const timer = setTimeout(() => {
    controller.abort(new DOMException(`No answer within ${ms} ms.`, 'TimeoutError'));
  }, ms);
  const release = abortWith(controller, [outer]);
  try {
    return await unlessAborted(task(controller.signal), controller.signal);
  } finally {
    clearTimeout(timer);
    release();
  }
}

/**
 * Fires the controller when one of the signals fires, with its reason, until what is returned is called. They may live
 * as long as the process: they must not collect listeners.
 */
export function abortWith(
  controller: AbortController,
  signals: readonly (AbortSignal | undefined)[],
): () => void {
  const releases = signals.map((signal) => {
    const abort = (): void => controller.abort(signal?.reason);
    if (signal?.aborted === true) abort();
    signal?.addEventListener('abort', abort);
    return () => signal?.removeEventListener('abort', abort);
  });
  return () => releases.forEach((release) => release());
}

/** What the promise resolves to; rejects with the signal's reason when it fires before. */
export async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason as Error);
  });
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop);
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
