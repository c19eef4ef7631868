import type { MessageRole } from './item.ts';

/** A draft has two texts: what the message says, and what the model thought before it. */
export type DraftChannel = 'TEXT' | 'REASONING';

/** A message that is still being written. */
export interface MessageDraft {
  readonly id: string;
  readonly role: MessageRole;
  readonly agent: string | null;
  /** What has been written so far. */
  readonly text: string;
  readonly reasoning: string;
  /** RFC 3339, UTC. */
  readonly startedAt: string;
}

export const DRAFT_FIELDS = 'id role agent text reasoning startedAt';

/** The name of a channel's text in a draft. */
export function textOf(channel: DraftChannel): 'text' | 'reasoning' {
  return channel === 'TEXT' ? 'text' : 'reasoning';
}
