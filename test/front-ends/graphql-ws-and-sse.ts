import { createClient as createSseClient } from 'graphql-sse';
import { createClient as createWebSocketClient } from 'graphql-ws';
import { mayRetry, pause, SESSION_EVENTS, type Data, type FollowOptions } from './session-events.ts';

interface Result {
  readonly data?: Data | null;
  readonly errors?: readonly unknown[];
}

interface IteratingClient {
  iterate(request: { query: string; variables: Record<string, unknown> }): AsyncIterableIterator<unknown>;
  dispose(): void | Promise<void>;
}

export function followOverWebSocket(options: FollowOptions): () => void {
  const url = options.url.replace(/^http/, 'ws');
  return follow(createWebSocketClient({ url, retryAttempts: 0 }), options);
}

export function followOverSse(options: FollowOptions): () => void {
  return follow(createSseClient({ url: options.url, retryAttempts: 0 }), options);
}

/** Both clients iterate alike. They try again by themselves, too, but with the cursor that they began with. */
function follow(client: IteratingClient, { sessionId, after, onEvent, onError }: FollowOptions): () => void {
  let left = false;
  const run = async (): Promise<void> => {
    for (let tries = 0; !left; tries++) {
      try {
        const request = { query: SESSION_EVENTS, variables: { sessionId, after } };
        for await (const result of client.iterate(request)) {
          const { data, errors } = result as Result;
          if (errors) throw new AggregateError(errors);
          if (!data) continue;
          tries = 0;
          after = data.sessionEvents.cursor ?? after;
          onEvent(data.sessionEvents);
        }
        // Completed: there is nothing more to come.
        return;
      } catch (error) {
        if (!mayRetry(error)) throw error;
      }
      await pause(tries);
    }
  };
  run().catch(onError);
  return () => {
    left = true;
    void client.dispose();
  };
}
