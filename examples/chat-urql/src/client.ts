import { cacheExchange } from '@urql/exchange-graphcache';
import { relayPagination } from '@urql/exchange-graphcache/extras';
import { retryExchange } from '@urql/exchange-retry';
import { createClient } from 'graphql-ws';
import { Client, fetchExchange, subscriptionExchange } from 'urql';
import { introspection } from './graphql-env.ts';
import { goOn, updates } from './live.ts';

export const socket = createClient({ url: '/graphql', retryAttempts: 0 });

export const client = new Client({
  url: '/graphql',
  preferGetMethod: false,
  exchanges: [
    cacheExchange({
      schema: introspection,
      resolvers: { Session: { messages: relayPagination({ mergeMode: 'outwards' }) } },
      updates,
    }),
    // Begins again after a connection that broke, and where the server says that it may help: later each time.
    retryExchange({
      initialDelayMs: 250,
      maxNumberAttempts: Infinity,
      retryIf: ({ networkError, graphQLErrors }) =>
        networkError !== undefined || graphQLErrors.every(({ extensions }) => extensions['retryable']),
    }),
    fetchExchange,
    subscriptionExchange({
      forwardSubscription: ({ query = '', variables = {} }) => ({
        subscribe: (sink) => ({ unsubscribe: socket.subscribe({ query, variables: goOn(variables) }, sink) }),
      }),
    }),
  ],
});
