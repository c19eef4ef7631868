import type { JsonObject } from './session-info.ts';

export type MessageRole = 'USER' | 'ASSISTANT' | 'SYSTEM' | 'DEVELOPER';

/** A message of the log. */
export interface Message {
  readonly id: string;
  /** Its place in the log: for `fork({ upTo })`, `ifCursor`, and a subscription's `after`. */
  readonly cursor: string;
  readonly role: MessageRole;
  /** All text parts, joined by newlines. */
  readonly text: string;
  /** The agent that wrote it, or that was current where it stands. */
  readonly agent: string | null;
  readonly metadata: JsonObject;
  /** INTERRUPTED: what had been written of a message that was never finished. */
  readonly status: 'COMPLETED' | 'INTERRUPTED';
  /** RFC 3339, UTC. */
  readonly createdAt: string;
}

export const MESSAGE_FIELDS = 'id cursor role text agent metadata status createdAt';
