import { useEffect, useMemo } from 'react';
import { useClient, useQuery } from 'urql';
import { VIEWER, type Viewer } from '../api/documents.ts';
import { failureOf } from '../api/failure.ts';
import { Icon } from '../parts/icon.tsx';
import { useObservable } from '../parts/observable.ts';
import { Services, ServicesContext } from '../workspace/services.ts';
import { Workspace } from '../workspace/workspace.tsx';
import { ChooseUser } from './choose-user.tsx';
import type { CredentialsStore } from './credentials.ts';

/** Asks the server who the viewer is, before anything else. */
export function ViewerGate({ credentials }: { readonly credentials: CredentialsStore }) {
  const [{ data, error }, ask] = useQuery({ query: VIEWER, variables: {} });
  const failed = data === undefined && error !== undefined;
  useEffect(() => {
    if (!failed) return undefined;
    const timer = setInterval(() => ask(), 3_000);
    return () => clearInterval(timer);
  }, [failed, ask]);

  if (data !== undefined) return <Admitted viewer={data.viewer} credentials={credentials} />;
  if (error === undefined) {
    return (
      <main className="stage" aria-busy="true">
        <p className="faint appears-late">Connecting…</p>
      </main>
    );
  }
  return (
    <main className="stage">
      <div className="card" role="alert">
        <Icon name="warning" />
        <h1>No answer yet</h1>
        <p>{failureOf(error).message} Trying again every few seconds.</p>
        <p className="faint">
          Is it running? <code>npm start</code> starts it, and <a href="/ready">/ready</a> says how it is.
        </p>
      </div>
    </main>
  );
}

interface AdmittedProps {
  readonly viewer: Viewer;
  readonly credentials: CredentialsStore;
}

function Admitted({ viewer, credentials }: AdmittedProps) {
  const client = useClient();
  const chosen = useObservable(credentials).userId;
  // A user is itself. A service acts for whom it names, or for whom the server says.
  const userId = viewer.kind === 'USER' ? null : (chosen ?? viewer.userId);
  const services = useMemo(
    () => new Services({ client, credentials, viewer, userId }),
    [client, credentials, viewer, userId],
  );
  if (viewer.kind === 'SERVICE' && userId === null) return <ChooseUser credentials={credentials} />;
  return (
    <ServicesContext value={services}>
      <Workspace key={userId} />
    </ServicesContext>
  );
}
