import { AgentSession } from './agent-session.ts';
import type { Connection } from './connection.ts';
import { SessionHandle, type NewSession } from './session-handle.ts';
import { SESSION_FIELDS, type JsonObject, type SessionInfo } from './session-info.ts';

export interface SessionOptions {
  /** The owner: 1 to 256 characters; that of `connect`. A service must name one, where the server asks who calls. */
  readonly userId?: string;
  /** At most 1,000 characters. */
  readonly title?: string;
  /** At most 64 KiB of JSON. */
  readonly metadata?: JsonObject;
  /** Seconds without a write until the session is removed; null: never; absent: as the server is configured. */
  readonly expiresAfter?: number | null;
  /** Items to keep, the newest, 1 to 1,000,000; null: all; absent: as the server is configured. */
  readonly maxItems?: number | null;
  /** Ends all calls of this session that are under way, and all later ones, with ABORTED; that of `connect`. */
  readonly signal?: AbortSignal;
}

export interface CreateOptions extends SessionOptions {
  /** The conversation id, 1 to 128 characters of A-Z, a-z, 0-9, _ and -; the server makes one of 16 hex characters. */
  readonly id?: string;
  /** When the id exists: CONFLICT, or that session if the owner is the same; FAIL. */
  readonly ifExists?: 'FAIL' | 'RETURN';
  /** Makes a repeated call answer with the first one's session, also in another process; a new one. */
  readonly idempotencyKey?: string;
}

export interface ListOptions {
  /** Whose; that of `connect`, or the caller. */
  readonly userId?: string;
  /** How many; 50. */
  readonly limit?: number;
  /** The `listCursor` of the last one that is known. */
  readonly after?: string;
}

/** A session in its owner's list. */
export interface Conversation extends SessionInfo {
  /** Its place in the list, for `after`. */
  readonly listCursor: string;
}

export interface AgentSessionsOptions {
  readonly connection: Connection;
  readonly userId: string | undefined;
  readonly signal: AbortSignal | undefined;
}

const MOST_SESSIONS = 100;

interface ListPage {
  readonly sessions: {
    readonly edges: readonly { readonly cursor: string; readonly node: SessionInfo }[];
    readonly pageInfo: { readonly hasNextPage: boolean };
  };
}

/** The sessions of a server. All methods reject with AgentSessionsError. */
export class AgentSessions {
  readonly #connection: Connection;
  readonly #userId: string | undefined;
  readonly #signal: AbortSignal | undefined;

  /** Use `connect`. */
  constructor({ connection, userId, signal }: AgentSessionsOptions) {
    this.#connection = connection;
    this.#userId = userId;
    this.#signal = signal;
  }

  /**
   * A session by its id, without a request: the first call that needs it makes it, with these options, unless it exists
   * already. Without an id the server chooses one then.
   */
  session(id?: string, { signal, ...options }: SessionOptions = {}): AgentSession {
    return new AgentSession(this.#handle({ ...options, id, ifExists: 'RETURN' }, signal, false));
  }

  /** A new session. @throws AgentSessionsError CONFLICT when the id exists. */
  async create({ signal, ...options }: CreateOptions = {}): Promise<AgentSession> {
    const handle = this.#handle(options, signal, false);
    await handle.make();
    return new AgentSession(handle);
  }

  /** A session that exists, whoever's the caller may see. @throws AgentSessionsError NOT_FOUND */
  async load(id: string, { signal }: Pick<SessionOptions, 'signal'> = {}): Promise<AgentSession> {
    const handle = this.#handle({ id }, signal, true);
    await handle.read('id');
    return new AgentSession(handle);
  }

  /** A user's sessions, the most recently active first. */
  async listConversations(options: ListOptions = {}): Promise<readonly Conversation[]> {
    const found: Conversation[] = [];
    const { userId = this.#userId, limit = 50 } = options;
    let { after } = options;
    while (found.length < limit) {
      const page: ListPage = await this.#connection.request(
        `query($userId:ID,$first:Int,$after:String){sessions(userId:$userId,first:$first,after:$after){edges{cursor node{${SESSION_FIELDS}}}pageInfo{hasNextPage}}}`,
        { userId, first: Math.min(limit - found.length, MOST_SESSIONS), after },
        this.#signal,
      );
      const { edges, pageInfo } = page.sessions;
      found.push(...edges.map(({ node, cursor }) => ({ ...node, listCursor: cursor })));
      after = edges.at(-1)?.cursor;
      if (!pageInfo.hasNextPage || after === undefined) break;
    }
    return found;
  }

  #handle(
    { userId = this.#userId, ...session }: NewSession,
    signal: AbortSignal | undefined = this.#signal,
    known: boolean,
  ): SessionHandle {
    const connection = this.#connection;
    return new SessionHandle({ connection, session: { ...session, userId }, known, signal });
  }
}
