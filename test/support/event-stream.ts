/** An HTTP answer of server-sent events, read as text, to see what clients hide. */
export interface EventStream {
  readonly contentType: string | null;
  /** What has come so far. */
  readonly text: string;
  /** `ended` when the server finished the answer in order, `broken` when the connection was cut. */
  readonly end: Promise<'ended' | 'broken'>;
  /** Leaves. */
  abort(): void;
}

/** Subscribes over SSE; resolves when the answer has begun. */
export async function openEventStream(
  endpoint: string,
  query: string,
  variables: object = {},
): Promise<EventStream> {
  const leaving = new AbortController();
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify({ query, variables }),
    signal: leaving.signal,
  });
  let text = '';
  const read = async (): Promise<'ended'> => {
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) text += decoder.decode(chunk, { stream: true });
    return 'ended';
  };
  return {
    contentType: response.headers.get('content-type'),
    get text() {
      return text;
    },
    end: read().catch(() => 'broken' as const),
    abort: () => leaving.abort(),
  };
}

/** The payloads of the `next` events in such a text. */
export function nextEvents(text: string): any[] {
  return text
    .split('\n\n')
    .filter((event) => event.includes('event: next'))
    .map((event) => JSON.parse(/^data: (.*)$/m.exec(event)?.[1] ?? ''));
}
