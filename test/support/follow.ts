import { createClient as createSseClient } from 'graphql-sse';
import { createClient as createWebSocketClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { Variables } from './graphql-request.ts';
import { createMultipartClient, type ResultSink } from './multipart-client.ts';

export const TRANSPORTS = ['WebSocket', 'SSE', 'multipart'] as const;
export type Transport = (typeof TRANSPORTS)[number];

/** One subscription as a client sees it. */
export interface Follower {
  /** The results, `{ data, errors }` each, as they arrived. */
  readonly results: any[];
  /** Resolves when the server completed it, rejects when the connection broke or the server refused. */
  readonly done: Promise<void>;
  /** Leaves, and closes the connection. */
  stop(): Promise<void>;
}

/**
 * Subscribes once, without trying again, with the client that each protocol's own authors maintain; multipart, which has
 * no client of its own, with one that forgives nothing. `hear` is told of each result as it arrives.
 * @param authorization As in the header of that name, wherever the transport has a place for it.
 */
export function follow(
  transport: Transport,
  endpoint: string,
  query: string,
  variables: Variables = {},
  hear: (result: any) => void = () => {},
  authorization?: string,
): Follower {
  const client = clientOf(transport, endpoint, authorization === undefined ? {} : { authorization });
  const results: any[] = [];
  let unsubscribe = (): void => {};
  const next = (result: unknown): void => {
    results.push(result);
    hear(result);
  };
  const done = new Promise<void>((resolve, reject) => {
    unsubscribe = client.subscribe({ query, variables }, { next, error: reject, complete: resolve });
  });
  // Whoever cares awaits `done`; a follower that is only stopped must not end the test run.
  done.catch(() => {});
  return {
    results,
    done,
    async stop() {
      unsubscribe();
      await client.dispose();
    },
  };
}

interface ProtocolClient {
  subscribe(request: { readonly query: string; readonly variables: Variables }, sink: ResultSink): () => void;
  dispose(): void | Promise<void>;
}

function clientOf(
  transport: Transport,
  url: string,
  headers: Readonly<Record<string, string>>,
): ProtocolClient {
  switch (transport) {
    case 'WebSocket':
      return createWebSocketClient({
        url: url.replace(/^http/, 'ws'),
        webSocketImpl: WebSocket,
        connectionParams: headers,
        retryAttempts: 0,
      });
    case 'SSE':
      return createSseClient({ url, headers, retryAttempts: 0 });
    case 'multipart':
      return createMultipartClient(url, headers);
  }
}

export const SESSION_EVENTS = `subscription ($sessionId: ID!, $after: String) {
  sessionEvents(sessionId: $sessionId, after: $after) {
    __typename
    cursor
    ... on ItemAdded { item { __typename id cursor raw agent ... on Message { role text } ... on Handoff { from to } } }
    ... on ItemRemoved { itemId }
    ... on SessionUpdated { session { title metadata cursor } }
    ... on ResyncRequired { reason }
  }
}`;

/** The events of a `sessionEvents` follower so far. */
export function eventsOf(follower: Pick<Follower, 'results'>): any[] {
  return follower.results.map(({ data }) => data.sessionEvents);
}

/** Follows a session as a careful client does: whenever the subscription breaks it begins again after its last cursor. */
export interface PersistentFollower {
  readonly events: any[];
  /** Times that the subscription had to begin again. */
  readonly interruptions: number;
  stop(): Promise<void>;
}

export function followPersistently(
  transport: Transport,
  endpoint: () => string,
  sessionId: string,
  after = '0',
): PersistentFollower {
  const events: any[] = [];
  let cursor = after;
  let interruptions = 0;
  let stopped = false;
  let current: Follower | undefined;
  const running = (async () => {
    while (!stopped) {
      current = follow(transport, endpoint(), SESSION_EVENTS, { sessionId, after: cursor });
      const { results } = current;
      const push = results.push.bind(results);
      results.push = (...added: any[]) => {
        for (const { data } of added) {
          if (!data) continue;
          events.push(data.sessionEvents);
          cursor = data.sessionEvents.cursor ?? cursor;
        }
        return push(...added);
      };
      const end = await current.done.then(
        () => 'completed',
        () => 'broken',
      );
      await current.stop();
      if (end === 'completed' && events.at(-1)?.__typename === 'SessionDeleted') return;
      if (!stopped) interruptions++;
    }
  })();
  return {
    events,
    get interruptions() {
      return interruptions;
    },
    async stop() {
      stopped = true;
      await current?.stop();
      await running;
    },
  };
}
