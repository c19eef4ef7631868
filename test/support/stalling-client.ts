import { ACCEPT_MULTIPART, nextEvents, openEventStream } from './event-stream.ts';
import type { Transport } from './follow.ts';
import { MultipartParts } from './multipart-parts.ts';
import { openSocket } from './raw-socket.ts';

/** A subscriber that can stop reading. */
export interface StallingClient {
  /** The results so far, `{ data, errors }` each. */
  results(): any[];
  /** Takes nothing that comes, until `resume`. */
  pause(): void;
  resume(): void;
  /** How the connection ended: `ended`, `broken` or the code of a WebSocket. */
  readonly end: Promise<'ended' | 'broken' | number>;
  leave(): void;
}

export async function openStallingClient(
  transport: Transport,
  endpoint: string,
  query: string,
  variables: object = {},
): Promise<StallingClient> {
  if (transport === 'WebSocket') {
    const socket = await openSocket(endpoint);
    await socket.init();
    socket.subscribe('a', query, { variables });
    return {
      results: () => socket.of('a').flatMap(({ type, payload }) => (type === 'next' ? [payload] : [])),
      pause: () => socket.pause(),
      resume: () => socket.resume(),
      end: socket.closed.then(({ code }) => code),
      leave: () => socket.terminate(),
    };
  }
  const accept = transport === 'SSE' ? 'text/event-stream' : ACCEPT_MULTIPART;
  const stream = await openEventStream(endpoint, query, variables, { accept });
  return {
    results: () => (transport === 'SSE' ? eventsIn(stream.text) : payloadsIn(stream.text)),
    pause: () => stream.pause(),
    resume: () => stream.resume(),
    end: stream.end,
    leave: () => stream.abort(),
  };
}

/** What comes after the last that is whole was cut off. */
function eventsIn(text: string): any[] {
  return nextEvents(text.slice(0, text.lastIndexOf('\n\n') + 2));
}

function payloadsIn(text: string): any[] {
  return new MultipartParts().push(text).flatMap((body) => JSON.parse(body).payload ?? []);
}
