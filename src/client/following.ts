import { AgentSessionsError } from './errors.ts';
import { heldDrafts, onNewConnection, tell, type HeldDrafts } from './held-drafts.ts';
import type { MessageDraft } from './message-draft.ts';
import type { SessionEvent } from './session-event.ts';

/** What a reader may show of its connection. */
export type ConnectionState = 'connecting' | 'live' | 'reconnecting' | 'closed';

/**
 * Where a reader of a session stands. All decisions about following are made here, without a network and without a
 * clock: `advance` says what to tell the reader and what to do next, and is told what came of it.
 */
export interface Following {
  readonly sessionId: string;
  readonly phase: 'catching up' | 'live' | 'over';
  /** The place to go on from: the last cursor that was met and was not null. null: not known yet. */
  readonly cursor: string | null;
  readonly drafts: HeldDrafts;
  /** Tries in a row that brought nothing. */
  readonly failures: number;
  /** How many are allowed. */
  readonly retries: number;
  /** Whether another token was asked for since something came. */
  readonly renewed: boolean;
  /** Whether the session was met: then it is gone when it is not found. */
  readonly met: boolean;
  /** Whether the reader was live before. */
  readonly wasLive: boolean;
}

/** What is to be done next; its outcome is the next input. */
export type FollowingTask =
  /** Read the session's cursor. → placed, broke */
  | { readonly do: 'place' }
  /** Subscribe. → opened, broke */
  | { readonly do: 'connect'; readonly after: string }
  /** Take the next message of the connection. → received, completed, broke */
  | { readonly do: 'receive' }
  /** Close the connection and wait a while. → waited */
  | { readonly do: 'wait'; readonly failures: number; readonly error: AgentSessionsError };

type FollowingAction =
  FollowingTask | { readonly do: 'end' } | { readonly do: 'fail'; readonly error: unknown };

export type FollowingInput =
  | { readonly kind: 'placed'; readonly cursor: string }
  | { readonly kind: 'opened' }
  | { readonly kind: 'received'; readonly event: SessionEvent }
  | { readonly kind: 'completed' }
  /** `renewable`: another token may be had. */
  | { readonly kind: 'broke'; readonly error: unknown; readonly renewable: boolean }
  | { readonly kind: 'waited' };

export interface FollowingStep {
  readonly state: Following;
  /** For the reader, before anything is done. */
  readonly events: readonly SessionEvent[];
  readonly action: FollowingAction;
}

export interface FollowingStart {
  readonly sessionId: string;
  /** null: where the session is when it is read. */
  readonly after: string | null;
  /** Drafts that the reader shows already. */
  readonly drafts: readonly MessageDraft[];
  /** Whether the session was met already. */
  readonly met?: boolean;
  readonly retries: number;
}

export function beginFollowing({
  sessionId,
  after,
  drafts,
  met = false,
  retries,
}: FollowingStart): FollowingStep {
  const state: Following = {
    sessionId,
    phase: 'catching up',
    cursor: after,
    drafts: heldDrafts(drafts),
    failures: 0,
    retries,
    renewed: false,
    met,
    wasLive: false,
  };
  return { state, events: [], action: approach(state) };
}

export function advance(state: Following, input: FollowingInput): FollowingStep {
  switch (input.kind) {
    case 'placed': {
      const placed = { ...state, cursor: input.cursor, met: true };
      return { state: placed, events: [], action: approach(placed) };
    }
    case 'opened':
      return { state, events: [], action: { do: 'receive' } };
    case 'received':
      return receive(state, input.event);
    case 'completed':
      return over(state, { do: 'end' });
    case 'broke':
      return reconnect(state, input.error, input.renewable);
    case 'waited':
      return { state, events: [], action: approach(state) };
  }
}

export function connectionState({ phase, wasLive }: Following): ConnectionState {
  if (phase === 'over') return 'closed';
  if (phase === 'live') return 'live';
  return wasLive ? 'reconnecting' : 'connecting';
}

function approach({ cursor }: Following): FollowingTask {
  return cursor === null ? { do: 'place' } : { do: 'connect', after: cursor };
}

function receive(state: Following, event: SessionEvent): FollowingStep {
  const { drafts, events, gap = false } = tell(state.drafts, event);
  const live = state.phase === 'live' || event.__typename === 'CaughtUp';
  const next: Following = {
    ...state,
    phase: live ? 'live' : state.phase,
    cursor: event.cursor ?? state.cursor,
    drafts,
    failures: 0,
    renewed: false,
    met: true,
    wasLive: state.wasLive || live,
  };
  if (event.__typename === 'SessionDeleted') return over(next, { do: 'end' }, events);
  if (gap) return reconnect(next, broken('A piece of a draft is missing.'));
  return { state: next, events, action: { do: 'receive' } };
}

/** A connection that ended and should not have. */
export function broken(message: string): AgentSessionsError {
  return new AgentSessionsError('NETWORK_ERROR', message, { retryable: true });
}

function reconnect(state: Following, error: unknown, renewable = false): FollowingStep {
  if (!(error instanceof AgentSessionsError)) return over(state, { do: 'fail', error });
  const away: Following = { ...state, phase: 'catching up', drafts: onNewConnection(state.drafts) };
  if (isRefusedToken(error) && renewable && !state.renewed) {
    const renewed = { ...away, renewed: true };
    return { state: renewed, events: [], action: approach(renewed) };
  }
  // It ended while this reader was away.
  if (error.code === 'NOT_FOUND' && state.met) {
    const { sessionId } = state;
    return over(state, { do: 'end' }, [{ __typename: 'SessionDeleted', sessionId, cursor: null }]);
  }
  const { failures } = state;
  if (!error.retryable || failures >= state.retries) return over(state, { do: 'fail', error });
  return {
    state: { ...away, failures: failures + 1 },
    events: [],
    action: { do: 'wait', failures, error },
  };
}

function over(
  state: Following,
  action: FollowingAction,
  events: readonly SessionEvent[] = [],
): FollowingStep {
  return { state: { ...state, phase: 'over' }, events, action };
}

/** Proxies that check tokens themselves answer without GraphQL. */
function isRefusedToken({ code, details }: AgentSessionsError): boolean {
  return code === 'UNAUTHENTICATED' || details.status === 401;
}
