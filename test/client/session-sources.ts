import { connect, type AgentSessions, type ConnectOptions } from '../../src/client/index.ts';
import type { SessionSource } from '../contract/agent-session.ts';
import { startApp, type RunningApp } from '../support/running-app.ts';

export interface Served {
  readonly app: RunningApp;
  readonly sessions: AgentSessions;
  close(): Promise<void>;
}

export type Way = 'in process' | 'over HTTP';

/** The product on a store, and a client that reaches it that way. */
export async function serve(
  way: Way,
  env: Readonly<Record<string, string>> = {},
  options: ConnectOptions = {},
): Promise<Served> {
  const app = await startApp(env);
  return { app, sessions: connect({ ...wayTo(app, way), ...options }), close: () => app.stop() };
}

function wayTo(app: RunningApp, way: Way): ConnectOptions {
  return way === 'in process' ? { fetch: app.app.fetch } : { url: app.url };
}

export function sourceOf({ sessions, close }: Served): SessionSource {
  return {
    newSession: async () => sessions.session(),
    again: async (session) => sessions.session(await session.getSessionId()),
    close,
  };
}
