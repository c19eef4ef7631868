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
  const { signal } = controller;
  const abort = (): void => controller.abort(outer?.reason);
  const timer = setTimeout(() => {
    controller.abort(new DOMException(`No answer within ${ms} ms.`, 'TimeoutError'));
  }, ms);
  outer?.addEventListener('abort', abort);
  try {
    return await Promise.race([task(signal), rejectedBy(signal)]);
  } finally {
    clearTimeout(timer);
    // `outer` may live as long as the process: it must not collect a listener from every request.
    outer?.removeEventListener('abort', abort);
  }
}

function rejectedBy(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error));
  });
}
