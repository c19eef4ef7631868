import { ApolloClient, CombinedGraphQLErrors, HttpLink, InMemoryCache } from '@apollo/client';
import { relayStylePagination } from '@apollo/client/utilities';
import { retry, throwError, timer } from 'rxjs';

export const client = new ApolloClient({
  link: new HttpLink({ uri: '/graphql' }),
  cache: new InMemoryCache({
    typePolicies: { Session: { fields: { messages: relayStylePagination(), drafts: { merge: false } } } },
  }),
});

/** Begins again after a connection that broke, and where the server says that it may help: later each time, by chance. */
export const tryAgain = <T>() =>
  retry<T>({
    delay(error, tries) {
      const may =
        !CombinedGraphQLErrors.is(error) || error.errors.every((each) => each.extensions?.['retryable']);
      return may ? timer(Math.random() * Math.min(10_000, 250 * 2 ** tries)) : throwError(() => error);
    },
    resetOnSuccess: true,
  });
