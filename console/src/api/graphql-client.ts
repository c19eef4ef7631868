import { Client, fetchExchange, mapExchange, type CombinedError } from 'urql';
import { retryExchange } from '@urql/exchange-retry';
import { ENDPOINT } from './endpoint.ts';
import { failureOf } from './failure.ts';

/**
 * Queries and mutations. There is no cache: what is shown is kept up to date by subscriptions. What is retryable is tried
 * again; every mutation has an idempotency key, so one whose answer was lost does not happen twice.
 */
export function createGraphQLClient(token: string | null, onRefused: () => void): Client {
  return new Client({
    url: ENDPOINT,
    requestPolicy: 'network-only',
    preferGetMethod: false,
    fetchSubscriptions: true,
    fetchOptions: token === null ? {} : { headers: { authorization: `Bearer ${token}` } },
    exchanges: [
      mapExchange({
        onError: (error) => {
          if (failureOf(error).code === 'UNAUTHENTICATED') onRefused();
        },
      }),
      retryExchange({
        initialDelayMs: 300,
        maxDelayMs: 3_000,
        maxNumberAttempts: 4,
        retryIf: (error: CombinedError, { kind }) => kind !== 'subscription' && failureOf(error).retryable,
      }),
      fetchExchange,
    ],
  });
}
