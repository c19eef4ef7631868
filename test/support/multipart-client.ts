import { MultipartParts } from './multipart-parts.ts';

export interface ResultSink {
  next(result: any): void;
  error(reason: unknown): void;
  complete(): void;
}

/** Follows subscriptions over multipart HTTP, once each, without trying again. */
export function createMultipartClient(url: string, headers: Readonly<Record<string, string>> = {}) {
  const leaving = new AbortController();
  return {
    /** Returns what leaves. */
    subscribe(request: object, sink: ResultSink): () => void {
      const left = new AbortController();
      const signal = AbortSignal.any([leaving.signal, left.signal]);
      read(url, headers, request, signal, sink).then(
        () => sink.complete(),
        (reason: unknown) => (signal.aborted ? sink.complete() : sink.error(reason)),
      );
      return () => left.abort();
    },
    dispose: () => leaving.abort(),
  };
}

async function read(
  url: string,
  headers: Readonly<Record<string, string>>,
  request: object,
  signal: AbortSignal,
  sink: ResultSink,
): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'multipart/mixed;boundary=graphql;subscriptionSpec=1.0',
      ...headers,
    },
    body: JSON.stringify(request),
    signal,
  });
  const type = response.headers.get('content-type');
  if (type !== 'multipart/mixed; boundary="graphql"; subscriptionSpec="1.0"') {
    throw new Error(`${response.status}: ${await response.text()}`);
  }
  const parts = new MultipartParts();
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let completed = false;
  for await (const chunk of response.body ?? []) {
    for (const body of parts.push(decoder.decode(chunk, { stream: true }))) {
      if (completed) throw new Error(`something follows the end: ${body}`);
      const { payload, ...rest } = JSON.parse(body);
      if (Object.keys(rest).length > 0) throw new Error(`a part says more than its payload: ${body}`);
      if (payload === null) completed = true;
      else if (payload !== undefined) sink.next(payload);
    }
  }
  parts.end();
  if (!completed) throw new Error('the answer ended without a payload of null');
}
