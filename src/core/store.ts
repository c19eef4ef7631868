import type { EntryId } from './cursor.ts';
import type { DraftInfo, OpenDrafts } from './draft.ts';
import type { ErasedRest, ErasedSession } from './erased.ts';
import type { JsonObject } from './json.ts';
import type { Moment } from './live.ts';
import type { ItemEntry, NewItem } from './log.ts';
import type { RestoredItem, RestoredSession } from './restored.ts';
import type { Session } from './session.ts';
import type { ItemPage, ItemPageRequest, LogRead, SessionPage, SessionPageRequest } from './store-reads.ts';
import type { AppendToDraft, DraftEnd, Once, StartDraft, Write } from './store-writes.ts';

export type { AppendToDraft, DraftEnd, Once, StartDraft, Write };

/**
 * The durable log of sessions. `test/contract/store.ts` is this contract as tests; every adapter passes it on the real
 * thing.
 *
 * - **Atomic.** Each write happens whole or not at all: checks first (exists, owner, `once`, conditions), then entries,
 *   counts, agents, times and index together, then the doorbell.
 * - **Ordered.** Entries of one session have one order, the same for all readers, and each names the one before it.
 * - **Isolated.** No call touches another session, whatever its id looks like.
 * - **Constant.** Counts, the log's end, appends and pages cost the same in a short and in a long session.
 * - **Expiring.** A session whose `expiresAfter` has passed without a write, drafts included, does not exist, for every
 *   call.
 * - **Trimming.** A session with `maxItems` keeps that many items, the newest, or all that the last write added when that
 *   is more: an append that passes it takes the oldest away, in the same write, with all that the log holds before the
 *   oldest one that stays, and leaves no entry for it. It never takes what it added itself, nor leaves fewer than
 *   `maxItems`. Counts are of what is kept; agents stay. The place of an entry that was trimmed is not known any more,
 *   but for a reader who stands exactly where the log now begins: it has missed nothing. Where a limit was lowered,
 *   `update` takes away what is too much before it resolves; a write that finds more than 1,000 items too many, because
 *   an `update` was cut off, takes 1,000 besides as many as it adds, and the next ones the rest. It costs the same
 *   however long the log is.
 * - **Keeping.** A draft that was not written to for as long as the store is told (a minute) becomes items of the log, as
 *   its `abandoned` form says, before anything else is done by whatever call concerns the session next: `get`, `drafts`,
 *   `ends`, `create` and `fork` that find it, and every write but the repeat of one by `once`. The agent of an assistant's
 *   draft becomes the current one (with a hand-off), then come its reasoning, if there is any, and its text, which has the
 *   draft's role and `finishesDraft`; both have the status INTERRUPTED. What is nothing but white space (as `trim` has it)
 *   is dropped; when both are, nothing is written. It stays done when the call that met it is refused.
 *
 * Values are trusted: ids, texts and sizes were checked by the caller. All methods throw StoreUnavailableError (nothing
 * was written) or StoreTimeoutError (unknown; repeat with the same `once`), and what is named at the method.
 */
export interface SessionStore {
  /**
   * Makes a session, whose log holds one `created` entry.
   * With `once`, the id is reserved first: whoever repeats the call finishes or finds the same session.
   * @throws ConflictError when the id exists, unless `ifExists` is RETURN and the owner is the same; also when `once`
   * was used with another digest. NotFoundError when `once` made or found a session that has been deleted
   * since, also when another has its id now.
   */
  create(session: NewSession): Promise<Session>;

  /** The session as it is now, or null. */
  get(id: string): Promise<Session | null>;

  /** A page of a user's sessions by last activity, newest first; ties by id, descending. Repairs what it finds stale. */
  list(userId: string, page: SessionPageRequest): Promise<SessionPage>;

  /**
   * Runs the steps in order, in one write. Steps that change nothing (an agent that is current already) write no
   * entry; when none does, the session stays untouched.
   * A repeated `once` answers with the first call's entries, though some may have been removed since.
   * @throws NotFoundError; ConflictError, with `current` when a condition failed and without when `once` was used with
   * another digest or another note.
   */
  append(write: Append): Promise<Written>;

  /**
   * What an earlier `append` with the same `once` left, for callers whose steps depend on the log and so cannot be made
   * the same again; null when there was none.
   * @throws NotFoundError, ConflictError (`once`).
   */
  recall(write: Write & { readonly once: Once }): Promise<Recalled | null>;

  /**
   * Makes a session of the same owner, metadata, expiry and `maxItems` with the items of another up to and including an
   * entry, each with its time and all else but its place. Counts and agents are those of the copied items; where the
   * source was trimmed, the agent that was current where its log begins comes before theirs. The copy appears whole,
   * under `once` under the same rules as `create`.
   * @throws NotFoundError, CursorExpiredError (`upTo`, as in `page`), ConflictError (`newId` exists; `once`).
   */
  fork(fork: Fork): Promise<Session>;

  /**
   * Makes a session of what another store held, with the items in the order and the batches in which they come: each
   * with its time and all else but its place, the session with its agents and its times. `expiresAfter` counts from now,
   * and nothing is trimmed. It appears whole, when the last batch has come, or not at all; what a crash leaves of it goes
   * within an hour, or with the next writes after that.
   * @throws ConflictError when the id exists; what `batches` throws.
   */
  restore(session: RestoredSession, batches: AsyncIterable<readonly RestoredItem[]>): Promise<Session>;

  /**
   * Changes title, metadata, expiry or `maxItems` and adds an `updated` entry.
   * @throws NotFoundError, ConflictError (`once`), and what `metadata` throws.
   */
  update(write: Update): Promise<Session>;

  /**
   * Removes the newest item that is no hand-off, and the hand-offs after it; each leaves a `removed` entry, the newest
   * first. The current agent is again the one before those hand-offs. Without such an item nothing is written.
   * @throws NotFoundError, ConflictError (`once`).
   */
  pop(write: Write): Promise<Popped>;

  /**
   * Begins a draft. Entries, counts and `updatedAt` stay as they are.
   * A repeated `once` answers with the first call's draft, whether or not it is still open.
   * @throws NotFoundError; ConflictError (`once`), and with `limit` and `actual` when `most` drafts are open already.
   */
  startDraft(write: StartDraft): Promise<DraftInfo>;

  /**
   * Adds text at `offset`. What is there already is not written again, but counts as writing to the draft.
   * @throws NotFoundError, DraftNotFoundError; ConflictError, with the length as `current`, when other text is there or `offset` lies beyond
   * the end; PayloadTooLargeError when the channel would pass `mostBytes` of UTF-8. Then nothing is written.
   */
  appendToDraft(write: AppendToDraft): Promise<DraftInfo>;

  /** The drafts that are open; null when the session does not exist. */
  drafts(sessionId: string): Promise<OpenDrafts | null>;

  /**
   * Empties the log down to one `cleared` entry, and drops all drafts; counts are 0, agents forgotten; owner, title and
   * metadata stay.
   * @throws NotFoundError, ConflictError (`once`).
   */
  clear(write: Write): Promise<Session>;

  /**
   * Removes the session and all that belongs to it. True when there was something to delete, also when `once` repeats
   * the call that did; false for a session that does not exist or is not `owner`'s.
   * @throws ConflictError (`once`).
   */
  delete(write: Write): Promise<boolean>;

  /**
   * Removes all sessions of a user as `delete` does, those too that the user's list does not show, and whatever else is
   * kept under the user's name; then sees to it that no bytes of it stay where the store can reach them. It looks through
   * everything and may take minutes. `onErased` hears of each session once it is gone. What is made for the user
   * meanwhile may stay; so it is to be repeated until it finds no session.
   */
  erase(userId: string, onErased: (session: ErasedSession) => void): Promise<ErasedRest>;

  /**
   * A page of the items between two places, in log order: at most `count`, and fewer when they pass 2 MiB; at least one.
   * @throws NotFoundError; CursorExpiredError when `after` or `before` is an entry that the log neither holds nor has a
   * tombstone for.
   */
  page(sessionId: string, request: ItemPageRequest): Promise<ItemPage>;

  /** One item of the log, or null. */
  item(sessionId: string, entry: EntryId): Promise<ItemEntry | null>;

  /**
   * All entries after a place, oldest first: at most `limit`, and fewer when they pass 96 KiB; at least one. null when
   * the session does not exist. A read that reaches the log's end brings the drafts of the same moment.
   * The place is known when the log holds that entry, or a later tombstone names it; what lies before a `cleared` entry
   * of the same incarnation counts as named by it; and so does the last entry that was trimmed, after which all that is
   * kept comes. null: from the log's first entry, which is the oldest that was not trimmed. Otherwise: 'expired' when it
   * lies before the session's first entry or was trimmed, 'diverged' when the log has lost or never had it.
   */
  read(sessionId: string, after: EntryId | null, limit: number): Promise<LogRead | null>;

  /**
   * What state each session is in, in the order asked; null for those that do not exist, undefined for those whose part
   * of the store cannot be read now. It rejects when that is so for all of them.
   */
  ends(sessionIds: readonly string[]): Promise<readonly (Moment | null | undefined)[]>;

  /**
   * A text that is another one after each change of a user's list that `LiveFeed.listenToList` might have lost; it is
   * cheap, whatever the list's length. undefined for those whose part of the store cannot be read now; it rejects when that
   * is so for all of them.
   */
  listSignatures(userIds: readonly string[]): Promise<readonly (string | undefined)[]>;

  /** Resolves when the store can read and write; within a second, else throws StoreUnavailableError. */
  check(): Promise<void>;

  close(): Promise<void>;
}

export interface NewSession {
  readonly id: string;
  readonly userId: string;
  readonly title: string | null;
  readonly metadata: JsonObject;
  /** Seconds. */
  readonly expiresAfter: number | null;
  /** Items to keep, at least 1; null: all. */
  readonly maxItems: number | null;
  readonly ifExists: 'FAIL' | 'RETURN';
  readonly once?: Once | undefined;
}

/** `agent` makes that agent the current one, with a hand-off entry if it was not; `item` adds an item. */
export type AppendStep =
  | { readonly kind: 'agent'; readonly name: string }
  | {
      readonly kind: 'item';
      readonly item: NewItem;
      /** A repeat cannot bring this item again: `once` remembers it whole. */
      readonly remembered?: boolean;
    };

export interface Append extends Write {
  readonly steps: readonly AppendStep[];
  /**
   * Entries to remove before the steps run, newest first: the newest items of the log without a gap, hand-offs
   * included. Each leaves a tombstone; the current agent is then the one before the oldest removed hand-off. Goes with
   * `ifEnd`, which makes sure that they still are the newest.
   */
  readonly remove?: readonly EntryId[] | undefined;
  /** Ends a draft with this write. */
  readonly draft?: DraftEnd | undefined;
  /** Remembered with `once`, and given back by `recall`: at most 256 characters without line breaks or tabs. */
  readonly note?: string | undefined;
  /** ConflictError if items came or went after this entry; `updated` entries do not count. */
  readonly ifEnd?: EntryId | undefined;
  /** ConflictError unless this is the current agent; null: unless there is none. */
  readonly ifAgent?: string | null | undefined;
}

export interface Recalled {
  /** The session as it is now. */
  readonly session: Session;
  readonly note: string;
  /** The entries that were added; `steps` are those of the earlier call, and bring the raw items again. */
  readonly entries: (steps: readonly AppendStep[]) => readonly ItemEntry[];
}

export interface Fork {
  readonly sourceId: string;
  /** When given, a source of another owner is as good as none. */
  readonly owner?: string | undefined;
  /** The last entry of the copy; absent: the source's end. */
  readonly upTo?: EntryId | undefined;
  readonly newId: string;
  /** null: none; absent: the source's. */
  readonly title?: string | null | undefined;
  readonly once?: Once | undefined;
}

export interface Written {
  readonly session: Session;
  /** What was added, hand-offs included, in log order. */
  readonly entries: readonly ItemEntry[];
}

export interface Update extends Write {
  /** null clears, absent leaves. */
  readonly title?: string | null | undefined;
  /** Seconds; null: never expires; absent leaves. */
  readonly expiresAfter?: number | null | undefined;
  /** At least 1; null: all are kept; absent leaves. */
  readonly maxItems?: number | null | undefined;
  /** Gives the new metadata from the present one; pure, and called again when another write came between. */
  readonly metadata?: ((current: JsonObject) => JsonObject) | undefined;
}

export interface Popped {
  readonly session: Session;
  /** null when there was nothing to pop. */
  readonly entry: ItemEntry | null;
}
