import type { ItemDialect, MessageRole } from './log.ts';

/** A draft has two texts: what the message says, and what the model thought before it. */
export type DraftChannel = 'TEXT' | 'REASONING';

/** A message being written. It is in the store and not in the log, until a write ends it. */
export interface DraftInfo {
  /** Never given twice. */
  readonly id: string;
  readonly role: MessageRole;
  /** Who writes it; null: nobody was named. */
  readonly agent: string | null;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
}

/** A draft with all that was written so far. */
export interface Draft extends DraftInfo {
  readonly text: string;
  readonly reasoning: string;
}

/** UTF-16 units of a draft's two texts. */
export interface DraftLengths {
  readonly text: number;
  readonly reasoning: number;
}

/** JSON text around the JSON text of what was written: `head + JSON.stringify(written) + tail` is an item. */
export interface JsonFrame {
  readonly head: string;
  readonly tail: string;
}

/** What a draft becomes that was abandoned; the store makes it by itself, and looks into none of it. */
export interface AbandonedForm {
  /** Of both items. */
  readonly dialect: ItemDialect;
  readonly message: JsonFrame;
  readonly reasoning: JsonFrame;
}

/** The drafts of a session at one moment. */
export interface OpenDrafts {
  /** Another one after each change of any of them; '' before the first. Compare with `===`. */
  readonly revision: string;
  /** The oldest first. */
  readonly open: readonly Draft[];
}
