import type { Fetch, SessionEvent } from '../../src/client/index.ts';

/** One event stream, which says what a test tells it to. */
export interface ScriptedStream {
  readonly variables: { readonly sessionId?: string; readonly after?: string };
  readonly authorization: string | null;
  readonly accept: string | null;
  /** Chunks that were read. */
  readonly read: number;
  /** Whether its reader has left. */
  readonly left: boolean;
  /** Says this as one chunk. */
  say(text: string): void;
  /** Says these events as one chunk. */
  tell(...events: readonly object[]): void;
  /** Says an error as the result of the subscription. */
  refuse(extensions: object): void;
  complete(): void;
  /** Ends the answer without a word. */
  end(): void;
  /** Cuts the connection. */
  cut(): void;
}

export interface ScriptedStreams {
  readonly fetch: Fetch;
  /** All that were opened. */
  readonly streams: readonly ScriptedStream[];
  /** Queries that were asked. */
  readonly queries: readonly string[];
  /** The stream that is opened next, or has been and was not asked for. */
  next(): Promise<ScriptedStream>;
}

/** A server whose sessions end at that cursor, and whose event streams a test writes. */
export function scriptedStreams(cursor = 'place'): ScriptedStreams {
  const streams: ScriptedStream[] = [];
  const queries: string[] = [];
  const waiting: ((stream: ScriptedStream) => void)[] = [];
  let asked = 0;
  return {
    streams,
    queries,
    async fetch(_url, init) {
      if (typeof init.body !== 'string') throw new TypeError('The client sends text.');
      const { query, variables } = JSON.parse(init.body);
      if (!query.startsWith('subscription')) {
        queries.push(query);
        return Response.json({ data: { session: { id: variables.id, cursor } } });
      }
      const { stream, response } = open(variables, new Headers(init.headers));
      streams.push(stream);
      waiting.shift()?.(stream);
      return response;
    },
    next() {
      const stream = streams[asked++];
      if (stream !== undefined) return Promise.resolve(stream);
      return new Promise((resolve) => waiting.push(resolve));
    },
  };
}

function open(variables: object, headers: Headers): { stream: ScriptedStream; response: Response } {
  const chunks: ('end' | 'cut' | Uint8Array)[] = [];
  const encoder = new TextEncoder();
  let read = 0;
  let left = false;
  let wake = (): void => undefined;
  const add = (chunk: 'end' | 'cut' | Uint8Array): void => {
    chunks.push(chunk);
    wake();
  };
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        while (chunks.length === 0 && !left) await new Promise<void>((resolve) => (wake = resolve));
        const chunk = chunks.shift();
        if (chunk === 'cut') controller.error(new TypeError('terminated'));
        else if (chunk === 'end') controller.close();
        else if (chunk !== undefined) {
          read++;
          controller.enqueue(chunk);
        }
      },
      cancel() {
        left = true;
        wake();
      },
    },
    // Nothing is made before it is read.
    { highWaterMark: 0 },
  );
  const say = (text: string): void => add(encoder.encode(text));
  const next = (result: object): string => `event: next\ndata: ${JSON.stringify(result)}\n\n`;
  const stream: ScriptedStream = {
    variables,
    authorization: headers.get('authorization'),
    accept: headers.get('accept'),
    get read() {
      return read;
    },
    get left() {
      return left;
    },
    say,
    tell: (...events) => say(events.map((event) => next({ data: { sessionEvents: event } })).join('')),
    refuse: (extensions) =>
      say(`${next({ errors: [{ message: 'Told by a test.', extensions }] })}event: complete\ndata:\n\n`),
    complete: () => say('event: complete\ndata:\n\n'),
    end: () => add('end'),
    cut: () => add('cut'),
  };
  return {
    stream,
    response: new Response(body, { headers: { 'content-type': 'text/event-stream; charset=utf-8' } }),
  };
}

export function caughtUp(cursor: string): SessionEvent {
  return { __typename: 'CaughtUp', sessionId: 's', cursor };
}

export function removed(cursor: string): SessionEvent {
  return { __typename: 'ItemRemoved', sessionId: 's', cursor, itemId: `s:${cursor}` };
}
