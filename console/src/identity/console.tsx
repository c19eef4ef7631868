import { useMemo } from 'react';
import { Provider } from 'urql';
import { createGraphQLClient } from '../api/graphql-client.ts';
import { useObservable } from '../parts/observable.ts';
import type { CredentialsStore } from './credentials.ts';
import { SignIn } from './sign-in.tsx';
import { ViewerGate } from './viewer-gate.tsx';

/** All of it: whoever is not let in is asked for a token. */
export function Console({ credentials }: { readonly credentials: CredentialsStore }) {
  const { token, refused } = useObservable(credentials);
  const client = useMemo(() => createGraphQLClient(token, () => credentials.refuse()), [token, credentials]);
  if (refused) return <SignIn credentials={credentials} />;
  return (
    <Provider value={client}>
      <ViewerGate key={token} credentials={credentials} />
    </Provider>
  );
}
