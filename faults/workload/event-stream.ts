import { request, type ClientRequest, type IncomingMessage } from 'node:http';
import type { SocketSink } from './socket.ts';

/** A subscription over server-sent events, each on a connection of its own. */
export class EventStream {
  readonly #request: ClientRequest;
  #response: IncomingMessage | null = null;
  #rest = '';
  /** Resolves when the connection is gone, whoever ended it. */
  readonly closed: Promise<void>;

  constructor(
    endpoint: string,
    token: string | null,
    query: string,
    variables: Readonly<Record<string, unknown>>,
    sink: SocketSink,
  ) {
    this.#request = request(endpoint, {
      method: 'POST',
      headers: {
        accept: 'text/event-stream',
        'content-type': 'application/json',
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      },
      agent: false,
    });
    // What breaks closes the connection, and `closed` tells.
    this.#request.on('error', () => undefined);
    this.closed = new Promise((resolve) => this.#request.once('close', resolve));
    this.#request.once('response', (response) => {
      this.#response = response;
      response.setEncoding('utf8').on('error', () => undefined);
      const isStream = response.headers['content-type']?.startsWith('text/event-stream') === true;
      response.on('data', (chunk: string) => (isStream ? this.#hear(chunk, sink) : (this.#rest += chunk)));
      response.once('end', () => {
        if (!isStream && response.complete) sink.error(errorsIn(this.#rest));
      });
    });
    this.#request.end(JSON.stringify({ query, variables }));
  }

  /** Of its own end; null before it is connected. */
  get port(): number | null {
    return this.#request.socket?.localPort ?? null;
  }

  pause(): void {
    this.#response?.pause();
  }

  resume(): void {
    this.#response?.resume();
  }

  terminate(): void {
    this.#request.destroy();
  }

  #hear(chunk: string, sink: SocketSink): void {
    const blocks = (this.#rest + chunk).split('\n\n');
    this.#rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const lines = block.split('\n');
      if (lines.includes('event: complete')) sink.complete();
      const data = lines.find((line) => line.startsWith('data: '));
      if (!lines.includes('event: next') || data === undefined) continue;
      const payload: unknown = JSON.parse(data.slice(6));
      sink.next(payload);
    }
  }
}

function errorsIn(body: string): unknown {
  const answer: unknown = JSON.parse(body);
  return typeof answer === 'object' && answer !== null && 'errors' in answer ? answer.errors : [];
}
