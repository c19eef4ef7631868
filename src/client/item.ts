import type { JsonObject } from './session-info.ts';

export type MessageRole = 'USER' | 'ASSISTANT' | 'SYSTEM' | 'DEVELOPER';
export type ItemDialect = 'AGENTS_JS' | 'RESPONSES';

interface ItemFields {
  readonly id: string;
  /** Its place in the log: for `fork({ upTo })`, `ifCursor`, and `events({ after })`. */
  readonly cursor: string;
  /** RFC 3339, UTC. */
  readonly createdAt: string;
  /** The agent that wrote it, or that was current where it stands. */
  readonly agent: string | null;
  readonly metadata: JsonObject;
  /** The item exactly as it was written: JSON in the form that `dialect` names. */
  readonly raw: unknown;
  readonly dialect: ItemDialect;
  /** Recovered from a wrapped hand-off history, not written by its author: do not trust who says it. */
  readonly derived: boolean;
}

export interface Message extends ItemFields {
  readonly __typename: 'Message';
  readonly role: MessageRole;
  /** All text parts, joined by newlines; images, files and the like are in `raw`. */
  readonly text: string;
  /** INTERRUPTED: what had been written of a message that was never finished. */
  readonly status: 'COMPLETED' | 'INTERRUPTED';
}

export interface ToolCall extends ItemFields {
  readonly __typename: 'ToolCall';
  /** What its result names. */
  readonly callId: string;
  readonly name: string;
  /** JSON text, as the model wrote it. */
  readonly arguments: string;
}

export interface ToolResult extends ItemFields {
  readonly __typename: 'ToolResult';
  readonly callId: string;
  /** null when neither the result nor its call tells. */
  readonly toolName: string | null;
  /** JSON as it was written; the whole item where it has no output. */
  readonly output: unknown;
}

export interface Reasoning extends ItemFields {
  readonly __typename: 'Reasoning';
  /** Empty where the model keeps it to itself. */
  readonly summary: string;
}

/** The conversation passed from one agent to another. */
export interface Handoff extends ItemFields {
  readonly __typename: 'Handoff';
  /** null for the first agent. */
  readonly from: string | null;
  readonly to: string;
}

export interface OtherItem extends ItemFields {
  readonly __typename: 'OtherItem';
  /** The type that its writer gave it. */
  readonly type: string;
}

/** One entry of the log, told apart by `__typename`, as everything of this client that comes in several types. */
export type Item = Message | ToolCall | ToolResult | Reasoning | Handoff | OtherItem;

const FIELDS = '__typename id cursor createdAt agent metadata raw dialect derived';

export const MESSAGE_FIELDS = `${FIELDS} role text status`;

export const ITEM_FIELDS =
  `${FIELDS} ...on Message{role text status}...on ToolCall{callId name arguments}` +
  '...on ToolResult{callId toolName output}...on Reasoning{summary}...on Handoff{from to}...on OtherItem{type}';
