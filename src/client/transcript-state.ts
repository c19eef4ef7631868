import type { Item } from './item.ts';
import type { MessageDraft } from './message-draft.ts';
import type { ResyncReason } from './session-event.ts';
import type { JsonObject } from './session-info.ts';

/**
 * An item as it is shown. `finishesDraft` is the draft that became it: with `finishesDraft ?? id` as its key a list keeps
 * what it shows of the draft, and only its content changes.
 */
export type TranscriptItem = Item & { readonly finishesDraft?: string };

/**
 * What a conversation shows at one moment. It never changes: each event makes another one, which shares with it whatever
 * stayed the same. It is plain data, and survives JSON.
 */
export interface TranscriptState {
  /** In the order of the log. */
  readonly items: readonly TranscriptItem[];
  /** The messages that are being written: shown after the items, in the order in which they were begun. */
  readonly drafts: readonly MessageDraft[];
  /** null: none yet. */
  readonly currentAgent: string | null;
  readonly title: string | null;
  readonly metadata: JsonObject;
  /** All events up to this place are in. */
  readonly cursor: string;
  /** The oldest place that was loaded; null when nothing was. */
  readonly start: string | null;
  /** Whether there are items before `start`. */
  readonly hasOlder: boolean;
  /** Whether the replay of what happened before the events began is over. */
  readonly caughtUp: boolean;
  /** The items are no longer what the log says, for this reason: read them again. */
  readonly resync: ResyncReason | null;
  /** The session is gone. */
  readonly deleted: boolean;
}

/** What one query told: all of it at the place `cursor`. */
export interface TranscriptPage {
  readonly cursor: string;
  /** The newest, oldest first: of all types, or only messages. */
  readonly items: readonly TranscriptItem[];
  readonly drafts?: readonly MessageDraft[];
  readonly currentAgent?: string | null;
  readonly title?: string | null;
  readonly metadata?: JsonObject;
  /** false */
  readonly hasOlder?: boolean;
}

/** Where a transcript begins; the events that follow `page.cursor` go on from it. */
export function initialTranscript(page: TranscriptPage): TranscriptState {
  return {
    drafts: [],
    currentAgent: null,
    title: null,
    metadata: {},
    hasOlder: false,
    ...page,
    start: page.items[0]?.cursor ?? null,
    caughtUp: false,
    resync: null,
    deleted: false,
  };
}

/** Puts what was read from before `start` in front; what is there already is left out. */
export function withOlderItems(
  state: TranscriptState,
  older: Pick<TranscriptPage, 'items' | 'hasOlder'>,
): TranscriptState {
  const present = new Set(state.items.map(({ id }) => id));
  const items = older.items.filter(({ id }) => !present.has(id));
  return {
    ...state,
    items: items.length === 0 ? state.items : [...items, ...state.items],
    start: older.items[0]?.cursor ?? state.start,
    hasOlder: older.hasOlder ?? false,
  };
}
