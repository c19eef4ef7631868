/** What every front end here asks for, and what it does when it is cut off: the same, whatever its client is. */

export const SESSION_EVENTS = `subscription SessionEvents($sessionId: ID!, $after: String) {
  sessionEvents(sessionId: $sessionId, after: $after) {
    __typename
    cursor
    ... on ItemAdded { item { id agent ... on Message { role text } } }
    ... on ItemRemoved { itemId }
  }
}`;

export interface SessionEvent {
  readonly __typename: string;
  readonly cursor: string | null;
  readonly item?: { readonly id: string; readonly agent: string | null; readonly text?: string };
  readonly itemId?: string;
}

export interface Data {
  readonly sessionEvents: SessionEvent;
}

export interface FollowOptions {
  /** `https://example.org/graphql` */
  readonly url: string;
  readonly sessionId: string;
  /** The cursor up to which the page shows the session; `"0"`: it shows nothing yet. */
  readonly after: string;
  readonly onEvent: (event: SessionEvent) => void;
  /** Told once, of what trying again does not mend. */
  readonly onError: (error: unknown) => void;
}

/** Waits a little longer each time, by a random amount, so that clients do not all come back at once. */
export function pause(tries: number): Promise<void> {
  const milliseconds = Math.random() * Math.min(10_000, 250 * 2 ** tries);
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Whether to try again: if all errors of an answer say so; after a connection that broke, except with these codes. */
export function mayRetry(failure: unknown): boolean {
  const errors = graphqlErrorsIn(failure);
  if (errors.length > 0) return errors.every(({ extensions }) => extensions?.['retryable'] === true);
  return !NEVER_AGAIN.has(codeOf(failure));
}

/** Close codes of a WebSocket after which the same would happen again. */
const NEVER_AGAIN = new Set<unknown>([1009, 1011, 4400, 4401, 4406, 4409, 4429, 4500]);

interface GraphQLErrorLike {
  readonly message: string;
  readonly extensions?: Readonly<Record<string, unknown>>;
}

/** Clients hand over an answer's errors as a list, or in an error of their own. */
function graphqlErrorsIn(failure: any): readonly GraphQLErrorLike[] {
  const errors: unknown = failure?.graphQLErrors ?? failure?.errors ?? failure;
  return Array.isArray(errors) ? errors : [];
}

function codeOf(failure: any): unknown {
  return failure?.code;
}
