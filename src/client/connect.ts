import { AgentSessions } from './agent-sessions.ts';
import { Connection, type Fetch, type Token } from './connection.ts';
import { AgentSessionsError } from './errors.ts';
import type { RetryOptions } from './retry.ts';
import { setTimer, type Timer } from './timer.ts';

export interface ConnectOptions {
  /** `http://host:4000`, with or without `/graphql`; on a page also a path of its own server. Not needed with `fetch`. */
  readonly url?: string;
  /** A bearer token, or a function that gives one and is asked before every try. */
  readonly token?: Token;
  /** The global one. `app.fetch` needs no port: the server runs in this process. */
  readonly fetch?: Fetch;
  /** Whose sessions are made and listed when a call names no user. */
  readonly userId?: string;
  /** Ends all calls that are under way, and all later ones, with ABORTED. */
  readonly signal?: AbortSignal;
  /** Milliseconds that one try may take; 30,000. */
  readonly timeoutMs?: number;
  /** Milliseconds without a byte after which an event stream counts as cut; 30,000. Servers send one every 12,000. */
  readonly silenceMs?: number;
  readonly retry?: RetryOptions;
  /** When pieces of a message are sent. For tests and for clocks of one's own. */
  readonly timer?: Timer;
}

/**
 * The sessions of a server. Sends nothing yet.
 *
 * ```ts
 * const sessions = connect({ url: 'http://127.0.0.1:4000' });
 * await run(agent, 'Hello', { session: sessions.session('conversation-1') });
 * ```
 * @throws AgentSessionsError BAD_USER_INPUT when `url` is no address, or when it and `fetch` are missing.
 */
export function connect(options: ConnectOptions): AgentSessions {
  const { token, userId, signal, timeoutMs = 30_000, silenceMs = 30_000, retry = {} } = options;
  const { timer = setTimer } = options;
  // Looked up at each call, so that what replaces the global one later is used.
  const fetch: Fetch = options.fetch ?? ((url, init) => globalThis.fetch(url, init));
  const url = options.url ?? (options.fetch === undefined ? '' : 'http://app');
  const endpoint = endpointOf(url);
  const connection = new Connection({ endpoint, token, fetch, timeoutMs, silenceMs, retry, timer });
  return new AgentSessions({ connection, userId, signal });
}

function endpointOf(url: string): string {
  if (!/^(?:https?:\/\/.|\/)/.test(url)) {
    throw new AgentSessionsError('BAD_USER_INPUT', 'url must begin with http://, https:// or a slash.', {
      details: { path: ['url'] },
    });
  }
  const trimmed = url.replace(/\/+$/, '');
  return trimmed.endsWith('/graphql') ? trimmed : `${trimmed}/graphql`;
}
