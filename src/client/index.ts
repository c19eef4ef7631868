/**
 * agent-sessions/client: sessions for the OpenAI Agents SDK, kept by an agent-sessions server. For Node and browsers,
 * without dependencies.
 */
export { connect, type ConnectOptions } from './connect.ts';
export type { Fetch, Token } from './connection.ts';
export type { RetryOptions } from './retry.ts';
export type { Timer } from './timer.ts';
export {
  AgentSessions,
  type Conversation,
  type CreateOptions,
  type ListOptions,
  type SessionOptions,
} from './agent-sessions.ts';
export { AgentSession } from './agent-session.ts';
export type { InputOptions } from './session-reads.ts';
export type {
  AddMessage,
  FinishMessage,
  Fork,
  StartMessage,
  StoreAgentResult,
  StoredResult,
  StoreExchange,
  TrackAgent,
  UpdateSession,
} from './session-inputs.ts';
export type { MirrorOptions } from './run-mirror.ts';
export type { MirroredSession } from './mirrored-session.ts';
export type { StreamedRun } from './streamed-run.ts';
export type { EventsOptions, SessionEvents } from './session-events.ts';
export type { ConnectionState } from './following.ts';
export type { Transcript, TranscriptOptions } from './transcript.ts';
export { reduceTranscript } from './transcript-events.ts';
export {
  initialTranscript,
  withOlderItems,
  type TranscriptItem,
  type TranscriptPage,
  type TranscriptState,
} from './transcript-state.ts';
export type {
  CaughtUp,
  DraftAppended,
  DraftCancelled,
  DraftStarted,
  ItemAdded,
  ItemRemoved,
  ResyncReason,
  ResyncRequired,
  SessionCleared,
  SessionDeleted,
  SessionEvent,
  SessionUpdated,
} from './session-event.ts';
export type { DraftMessage } from './draft-message.ts';
export type { DraftChannel, MessageDraft } from './message-draft.ts';
export type {
  Handoff,
  Item,
  ItemDialect,
  Message,
  MessageRole,
  OtherItem,
  Reasoning,
  ToolCall,
  ToolResult,
} from './item.ts';
export type { JsonObject, SessionInfo } from './session-info.ts';
export type {
  HistoryMutation,
  HistoryMutationArgs,
  HistoryTransaction,
  HistoryTransactionArgs,
  RunResult,
} from './sdk-session.ts';
export {
  AgentSessionsError,
  type AgentSessionsErrorOptions,
  type ClientErrorCode,
  type ErrorCode,
  type ErrorDetails,
  type ServerErrorCode,
} from './errors.ts';
