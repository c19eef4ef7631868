/** Milliseconds without a byte after which a stream counts as cut: servers send a sign of life every 12,000. */
const SILENCE_MS = 30_000;

type Fetch = typeof fetch;

/**
 * `fetch` for an event stream: tells when the server has accepted it, and fails it when nothing is heard any more, so
 * that whoever reads it connects again. A laptop that was asleep learns of a lost connection by nothing else.
 */
export function watchedFetch(onOpen: () => void, silenceMs: number = SILENCE_MS): Fetch {
  return async (input, init) => {
    const response = await fetch(input, init);
    if (!response.ok || response.body === null) return response;
    onOpen();
    return new Response(response.body.pipeThrough(cutWhenSilent(silenceMs)), response);
  };
}

function cutWhenSilent(silenceMs: number): TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>> {
  let timer: ReturnType<typeof setTimeout>;
  return new TransformStream({
    start(controller) {
      timer = setTimeout(() => controller.error(new Error('Nothing was heard for too long.')), silenceMs);
    },
    transform(chunk, controller) {
      clearTimeout(timer);
      timer = setTimeout(() => controller.error(new Error('Nothing was heard for too long.')), silenceMs);
      controller.enqueue(chunk);
    },
    flush: () => clearTimeout(timer),
  });
}
