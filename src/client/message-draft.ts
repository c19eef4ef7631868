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

/**
 * What a piece at `offset` adds to a text of that length: '' when all of it is there already, null when something in
 * between is missing.
 */
export function missingPart(length: number, offset: number, piece: string): string | null {
  return offset > length ? null : piece.slice(length - offset);
}
