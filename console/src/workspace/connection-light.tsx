import { useEffect, useState } from 'react';

type Connection = 'connecting' | 'live' | 'reconnecting' | 'closed';

const SENTENCES: Readonly<Record<Connection, string>> = {
  connecting: 'Connecting…',
  live: 'Live',
  reconnecting: 'Reconnecting…',
  closed: 'Not connected',
};

export interface ConnectionLightProps {
  readonly connection: Connection;
  readonly what: string;
}

/** What a connection does, always in sight; after a break it says for a while that nothing was missed. */
export function ConnectionLight({ connection, what }: ConnectionLightProps) {
  const caughtUp = useCaughtUp(connection);
  const text = caughtUp ? 'Caught up' : SENTENCES[connection];
  return (
    <span className={`light ${connection}`} role="status" title={`${what}: ${text}`}>
      <span className="hidden">{what}: </span>
      {text}
    </span>
  );
}

function useCaughtUp(connection: Connection): boolean {
  const [seen, setSeen] = useState({ connection, caughtUp: false });
  if (seen.connection !== connection) {
    setSeen({ connection, caughtUp: connection === 'live' && seen.connection === 'reconnecting' });
  }
  const { caughtUp } = seen;
  useEffect(() => {
    if (!caughtUp) return undefined;
    const timer = setTimeout(() => setSeen((now) => ({ ...now, caughtUp: false })), 5_000);
    return () => clearTimeout(timer);
  }, [caughtUp]);
  return caughtUp;
}
