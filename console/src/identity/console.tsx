import { useMemo } from 'react';
import { Provider } from 'urql';
import { createGraphQLClient } from '../api/graphql-client.ts';
import { useObservable } from '../parts/observable.ts';
import type { CredentialsStore } from './credentials.ts';
import { FaultBoundary } from '../parts/fault-boundary.tsx';
import { Icon } from '../parts/icon.tsx';
import { SignIn } from './sign-in.tsx';
import { ViewerGate } from './viewer-gate.tsx';

/** All of it: whoever is not let in is asked for a token. */
export function Console({ credentials }: { readonly credentials: CredentialsStore }) {
  const { token, refused } = useObservable(credentials);
  const client = useMemo(() => createGraphQLClient(token, () => credentials.refuse()), [token, credentials]);
  if (refused) return <SignIn credentials={credentials} />;
  return (
    <FaultBoundary fallback={<Broken />}>
      <Provider value={client}>
        <ViewerGate key={token} credentials={credentials} />
      </Provider>
    </FaultBoundary>
  );
}

function Broken() {
  return (
    <main className="stage">
      <div className="card" role="alert">
        <Icon name="warning" />
        <h1>The console has a fault</h1>
        <p>
          Nothing of yours is lost: conversations are kept by the server. The browser’s own console says more.
        </p>
        <button type="button" className="primary" onClick={() => location.reload()}>
          Load it again
        </button>
      </div>
    </main>
  );
}
