import { gql, type TypedDocumentNode } from 'urql';
import type { JsonObject } from 'agent-sessions/client';

/**
 * What the console asks for besides conversations themselves, which it reads and follows with agent-sessions/client.
 * test/console/documents.test.ts holds each document, its result and its variables against schema.graphql.
 */
function operation<Data, Variables extends object>(text: string): TypedDocumentNode<Data, Variables> {
  return gql<Data, Variables>(text);
}

export interface Viewer {
  readonly kind: 'SERVICE' | 'USER';
  readonly userId: string | null;
}

/** A conversation in the list. */
export interface SessionSummary {
  readonly id: string;
  readonly title: string | null;
  readonly currentAgent: string | null;
  readonly messageCount: number;
  readonly updatedAt: string;
}

export interface PageInfo {
  readonly startCursor: string | null;
  readonly endCursor: string | null;
  readonly hasNextPage: boolean;
}

export type SessionListEvent =
  | { readonly __typename: 'SessionListed'; readonly session: SessionSummary }
  | { readonly __typename: 'SessionUnlisted'; readonly sessionId: string };

const SUMMARY = 'id title currentAgent messageCount updatedAt';

export const VIEWER = operation<{ readonly viewer: Viewer }, Record<string, never>>(
  'query Viewer { viewer { kind userId } }',
);

export const SESSIONS = operation<
  { readonly sessions: { readonly nodes: readonly SessionSummary[]; readonly pageInfo: PageInfo } },
  { readonly userId: string | null; readonly first: number; readonly after: string | null }
>(
  `query Sessions($userId: ID, $first: Int, $after: String) {
    sessions(userId: $userId, first: $first, after: $after) {
      nodes { ${SUMMARY} }
      pageInfo { startCursor endCursor hasNextPage }
    }
  }`,
);

export const SESSION_LIST_CHANGED = operation<
  { readonly sessionListChanged: SessionListEvent },
  { readonly userId: string | null; readonly after: string | null }
>(
  `subscription SessionListChanged($userId: ID, $after: String) {
    sessionListChanged(userId: $userId, after: $after) {
      __typename
      ... on SessionListed { session { ${SUMMARY} } }
      ... on SessionUnlisted { sessionId }
    }
  }`,
);

export interface CreateSession {
  readonly userId?: string;
  readonly title?: string;
  readonly idempotencyKey: string;
}

export const CREATE_SESSION = operation<
  { readonly createSession: { readonly session: { readonly id: string } } },
  { readonly input: CreateSession }
>('mutation CreateSession($input: CreateSessionInput!) { createSession(input: $input) { session { id } } }');

export interface AddMessage {
  readonly sessionId: string;
  readonly role: 'USER';
  readonly text: string;
  readonly idempotencyKey: string;
}

export const ADD_MESSAGE = operation<
  { readonly addMessage: { readonly message: { readonly id: string } } },
  { readonly input: AddMessage }
>('mutation AddMessage($input: AddMessageInput!) { addMessage(input: $input) { message { id } } }');

export interface RenameSession {
  readonly id: string;
  readonly title: string | null;
  readonly idempotencyKey: string;
}

export const RENAME_SESSION = operation<
  { readonly updateSession: { readonly session: { readonly title: string | null } } },
  { readonly input: RenameSession }
>(
  'mutation RenameSession($input: UpdateSessionInput!) { updateSession(input: $input) { session { title } } }',
);

export interface ForkSession {
  readonly id: string;
  readonly upTo?: string;
  readonly title?: string;
  readonly idempotencyKey: string;
}

export const FORK_SESSION = operation<
  { readonly forkSession: { readonly session: { readonly id: string } } },
  { readonly input: ForkSession }
>('mutation ForkSession($input: ForkSessionInput!) { forkSession(input: $input) { session { id } } }');

export interface SessionRef {
  readonly id: string;
  readonly idempotencyKey: string;
}

export const CLEAR_SESSION = operation<
  { readonly clearSession: { readonly session: { readonly itemCount: number } } },
  { readonly input: SessionRef }
>(
  'mutation ClearSession($input: SessionRefInput!) { clearSession(input: $input) { session { itemCount } } }',
);

export const DELETE_SESSION = operation<
  { readonly deleteSession: { readonly deleted: boolean } },
  { readonly input: SessionRef }
>('mutation DeleteSession($input: SessionRefInput!) { deleteSession(input: $input) { deleted } }');

export const AGENT_INPUTS = operation<
  { readonly session: { readonly agentInputs: readonly JsonObject[] } | null },
  { readonly id: string; readonly dialect: 'AGENTS_JS' | 'RESPONSES' }
>(
  'query AgentInputs($id: ID!, $dialect: ItemDialect) { session(id: $id) { agentInputs(dialect: $dialect) } }',
);

/** The first message of a user: what a conversation without a title is known by. */
export const OPENING = operation<
  {
    readonly session: { readonly messages: { readonly nodes: readonly { readonly text: string }[] } } | null;
  },
  { readonly id: string }
>(
  `query Opening($id: ID!) {
    session(id: $id) { messages(first: 1, roles: [USER]) { nodes { text } } }
  }`,
);

export interface SessionFacts {
  readonly id: string;
  readonly userId: string;
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly itemCount: number;
}

export const SESSION_FACTS = operation<{ readonly session: SessionFacts | null }, { readonly id: string }>(
  'query SessionFacts($id: ID!) { session(id: $id) { id userId createdAt expiresAt itemCount } }',
);

/** One item of an export: what is common to all types, and what was written. */
export interface ExportedItem {
  readonly __typename: string;
  readonly id: string;
  readonly cursor: string;
  readonly createdAt: string;
  readonly agent: string | null;
  readonly derived: boolean;
  readonly dialect: string;
  readonly metadata: JsonObject;
  readonly raw: unknown;
  readonly role?: string;
  readonly text?: string;
  readonly status?: string;
  readonly callId?: string;
  readonly name?: string;
  readonly arguments?: string;
  readonly toolName?: string | null;
  readonly output?: unknown;
  readonly summary?: string;
  readonly from?: string | null;
  readonly to?: string;
  readonly type?: string;
}

export interface ExportedSession {
  readonly id: string;
  readonly userId: string;
  readonly title: string | null;
  readonly metadata: JsonObject;
  readonly currentAgent: string | null;
  readonly agentsUsed: readonly string[];
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly expiresAt: string | null;
  readonly items: {
    readonly nodes: readonly ExportedItem[];
    readonly pageInfo: { readonly endCursor: string | null; readonly hasNextPage: boolean };
  };
}

export const EXPORT_PAGE = operation<
  { readonly session: ExportedSession | null },
  { readonly id: string; readonly first: number; readonly after: string | null }
>(
  `query ExportPage($id: ID!, $first: Int, $after: String) {
    session(id: $id) {
      id userId title metadata currentAgent agentsUsed createdAt updatedAt expiresAt
      items(first: $first, after: $after) {
        nodes {
          __typename id cursor createdAt agent derived dialect metadata raw
          ... on Message { role text status }
          ... on ToolCall { callId name arguments }
          ... on ToolResult { callId toolName output }
          ... on Reasoning { summary }
          ... on Handoff { from to }
          ... on OtherItem { type }
        }
        pageInfo { endCursor hasNextPage }
      }
    }
  }`,
);
