import type { ItemDialect, MessageRole } from './item.ts';
import type { JsonObject } from './session-info.ts';

interface Input {
  /** 1 to 256 characters: makes a call that is repeated, also by another process, happen once; a new one. */
  readonly idempotencyKey?: string;
}

export interface AddMessage extends Input {
  readonly role: MessageRole;
  /** Not only spaces; at most 1 MiB of UTF-8. */
  readonly text: string;
  /** Who wrote it; that of an assistant's message becomes the current agent. */
  readonly agent?: string;
  /** At most 64 KiB of JSON. */
  readonly metadata?: JsonObject;
  /** CONFLICT if items came or went after that place. */
  readonly ifCursor?: string;
}

export interface StoreExchange extends Input {
  readonly userMessage: string;
  readonly assistantResponse: string;
  readonly agentName?: string;
}

export interface StoreAgentResult extends Input {
  /**
   * WHOLE: the items begin with what the session has already, and what follows is stored. NEW: all of them follow it.
   * WHOLE.
   */
  readonly scope?: 'WHOLE' | 'NEW';
  /** Of a plain list: AGENTS_JS. */
  readonly dialect?: ItemDialect;
  /** The agent that is current afterwards; the `lastAgent` of a result. */
  readonly currentAgent?: string;
  /** Only messages of users and assistants that have text; false. */
  readonly messagesOnly?: boolean;
}

export interface StoredResult {
  /** Items that were added, hand-offs included. */
  readonly added: number;
  /** Items that the session had already. */
  readonly skipped: number;
}

export interface TrackAgent extends Input {
  /** CONFLICT unless this is the current agent; null: unless there is none yet; absent: whichever it is. */
  readonly ifCurrentAgent?: string | null;
}

export interface UpdateSession extends Input {
  /** At most 1,000 characters. */
  readonly title?: string | null;
  /** A merge patch: null removes a key. */
  readonly metadata?: JsonObject;
  /** Seconds without a write until the session is removed; null: never. */
  readonly expiresAfter?: number | null;
  /** Items to keep, the newest; null: all. */
  readonly maxItems?: number | null;
}

export interface Fork extends Input {
  /** The cursor of the last item of the copy; the end. */
  readonly upTo?: string;
  /** The id of the new session; the server chooses one. */
  readonly newId?: string;
  /** The source's. */
  readonly title?: string;
}

export interface StartMessage extends Input {
  /** ASSISTANT */
  readonly role?: MessageRole;
  /** Who writes it; that of an assistant's message becomes the current agent when it is finished. */
  readonly agent?: string;
}

export interface FinishMessage extends Input {
  /** The whole text; what was appended. */
  readonly text?: string;
  /** The message as an item of `dialect`, to be kept as it is; one with the text. */
  readonly item?: object;
  /** AGENTS_JS */
  readonly dialect?: ItemDialect;
  /** At most 64 KiB of JSON. */
  readonly metadata?: JsonObject;
}
