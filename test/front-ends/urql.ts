import { Client, subscriptionExchange } from '@urql/core';
import { createClient as createSseClient } from 'graphql-sse';
import { createClient as createWebSocketClient } from 'graphql-ws';
import { mayRetry, pause, SESSION_EVENTS, type Data, type FollowOptions } from './session-events.ts';

export function followOverWebSocket(options: FollowOptions): () => void {
  const url = options.url.replace(/^http/, 'ws');
  return follow(createWebSocketClient({ url, retryAttempts: 0 }), options);
}

export function followOverSse(options: FollowOptions): () => void {
  return follow(createSseClient({ url: options.url, retryAttempts: 0 }), options);
}

/** What both clients are to urql. */
interface ForwardingClient {
  subscribe(
    request: { query: string; variables: Record<string, unknown> },
    sink: { next(result: any): void; error(reason: unknown): void; complete(): void },
  ): () => void;
}

function follow(
  forward: ForwardingClient,
  { url, sessionId, after, onEvent, onError }: FollowOptions,
): () => void {
  const client = new Client({
    url,
    preferGetMethod: false,
    exchanges: [
      subscriptionExchange({
        forwardSubscription: ({ query = '', variables = {} }) => ({
          subscribe: (sink) => ({ unsubscribe: forward.subscribe({ query, variables }, sink) }),
        }),
      }),
    ],
  });
  let left = false;
  let unsubscribe = (): void => {};
  let tries = 0;
  const begin = (): void => {
    if (left) return;
    // Each time that it begins, it begins with the last cursor.
    const results = client.subscription<Data>(SESSION_EVENTS, { sessionId, after });
    let over = false;
    ({ unsubscribe } = results.subscribe(({ data, error, hasNext }) => {
      if (over) return;
      if (error) {
        over = true;
        if (mayRetry(error)) void pause(tries++).then(begin);
        else onError(error);
        // When it completes, the last result comes once more, without a next.
      } else if (data && hasNext) {
        tries = 0;
        after = data.sessionEvents.cursor ?? after;
        onEvent(data.sessionEvents);
      }
    }));
  };
  begin();
  return () => {
    left = true;
    unsubscribe();
  };
}
