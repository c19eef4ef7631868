import type { AbandonedForm, DraftChannel, DraftInfo, DraftLengths } from './draft.ts';

/** Makes a write happen once: the same key and digest answer with the first result, another digest is a ConflictError. */
export interface Once {
  /** 1 to 256 characters; remembered for 24 hours, for its session (or for the owner, in `create` and `fork`). */
  readonly key: string;
  /** Of the operation and its whole input. */
  readonly digest: string;
}

export interface Write {
  readonly sessionId: string;
  /** When given, a session of another owner is as good as none. */
  readonly owner?: string | undefined;
  readonly once?: Once | undefined;
}

/**
 * Which draft a write ends. DraftNotFoundError when it is not open. Without steps this is a write that adds no entry: only
 * the draft is gone.
 */
export interface DraftEnd {
  readonly id: string;
  /** The index of the step whose entry has `finishesDraft`; absent: the draft becomes no item. */
  readonly step?: number | undefined;
  /** DraftMovedError, and nothing is written, unless these are its lengths. */
  readonly ifLengths?: DraftLengths | undefined;
}

export interface StartDraft extends Write {
  readonly draft: Omit<DraftInfo, 'startedAt'>;
  readonly abandoned: AbandonedForm;
  /** How many drafts of the session may be open. */
  readonly most: number;
}

export interface AppendToDraft extends Omit<Write, 'once'> {
  readonly draftId: string;
  readonly channel: DraftChannel;
  /** UTF-16 units; at least 0. */
  readonly offset: number;
  /** Well-formed and not empty. */
  readonly text: string;
  readonly mostBytes: number;
}
