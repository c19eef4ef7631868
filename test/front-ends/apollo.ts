import { ApolloClient, gql, HttpLink, InMemoryCache, type ApolloLink } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { createClient } from 'graphql-ws';
import { defer, from, mergeMap, of, retry, tap, throwError } from 'rxjs';
import { mayRetry, pause, SESSION_EVENTS, type Data, type FollowOptions } from './session-events.ts';

/** Apollo Client asks for multipart answers by itself: nothing but its usual link is needed. */
export function followOverMultipart(options: FollowOptions): () => void {
  return follow(new HttpLink({ uri: options.url }), options);
}

export function followOverWebSocket(options: FollowOptions): () => void {
  const url = options.url.replace(/^http/, 'ws');
  return follow(new GraphQLWsLink(createClient({ url, retryAttempts: 0 })), options);
}

function follow(link: ApolloLink, { sessionId, after, onEvent, onError }: FollowOptions): () => void {
  const client = new ApolloClient({ link, cache: new InMemoryCache() });
  const query = gql(SESSION_EVENTS);
  // Each time that it begins, it begins with the last cursor.
  const events = defer(() =>
    client.subscribe<Data>({ query, variables: { sessionId, after }, fetchPolicy: 'no-cache' }),
  ).pipe(
    mergeMap(({ data, error }) => (data ? of(data.sessionEvents) : throwError(() => error))),
    tap(({ cursor }) => (after = cursor ?? after)),
    retry({
      delay: (error, tries) => (mayRetry(error) ? from(pause(tries)) : throwError(() => error)),
      resetOnSuccess: true,
    }),
  );
  const subscription = events.subscribe({ next: onEvent, error: onError });
  return () => subscription.unsubscribe();
}
