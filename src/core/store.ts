import type { EntryId } from './cursor.ts';
import type { JsonObject } from './json.ts';
import type { ItemEntry, LogEntry, MessageRole, NewItem } from './log.ts';
import type { Session } from './session.ts';

/**
 * The durable log of sessions. `test/contract/store.ts` is this contract as tests; every adapter passes it on the real
 * thing.
 *
 * - **Atomic.** Each write happens whole or not at all: checks first (exists, owner, `once`, conditions), then entries,
 *   counts, agents, times and index together, then the doorbell.
 * - **Ordered.** Entries of one session have one order, the same for all readers, and each names the one before it.
 * - **Isolated.** No call touches another session, whatever its id looks like.
 * - **Constant.** Counts, the log's end, appends and pages cost the same in a short and in a long session.
 * - **Expiring.** A session whose `expiresAfter` has passed without a write does not exist, for every call.
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
   * Makes a session of the same owner, metadata and expiry with the items of another up to and including an entry, each
   * with its time and all else but its place. Counts and agents are those of the copied items. The copy appears whole,
   * under `once` under the same rules as `create`.
   * @throws NotFoundError, CursorExpiredError (`upTo`, as in `page`), ConflictError (`newId` exists; `once`).
   */
  fork(fork: Fork): Promise<Session>;

  /**
   * Changes title, metadata or expiry and adds an `updated` entry.
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
   * Empties the log down to one `cleared` entry; counts are 0, agents forgotten; owner, title and metadata stay.
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
   * A page of the items between two places, in log order.
   * @throws NotFoundError; CursorExpiredError when `after` or `before` is an entry that the log neither holds nor has a
   * tombstone for.
   */
  page(sessionId: string, request: ItemPageRequest): Promise<ItemPage>;

  /** One item of the log, or null. */
  item(sessionId: string, entry: EntryId): Promise<ItemEntry | null>;

  /**
   * All entries after a place, oldest first: at most `limit`, and fewer when they pass a mebibyte; at least one. null when
   * the session does not exist.
   * The place is known when the log holds that entry, or a later tombstone names it; what lies before a `cleared` entry
   * of the same incarnation counts as named by it. Otherwise: 'expired' when it lies before the session's first entry,
   * 'diverged' when the log has lost or never had it.
   */
  read(sessionId: string, after: EntryId | null, limit: number): Promise<LogRead | null>;

  /** The last entry of each session's log, in the order asked; null for those that do not exist. */
  ends(sessionIds: readonly string[]): Promise<readonly (EntryId | null)[]>;

  /** Resolves when the store can read and write; within a second, else throws StoreUnavailableError. */
  check(): Promise<void>;

  close(): Promise<void>;
}

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

export interface NewSession {
  readonly id: string;
  readonly userId: string;
  readonly title: string | null;
  readonly metadata: JsonObject;
  /** Seconds. */
  readonly expiresAfter: number | null;
  readonly ifExists: 'FAIL' | 'RETURN';
  readonly once?: Once | undefined;
}

/** `agent` makes that agent the current one, with a hand-off entry if it was not; `item` adds an item. */
export type AppendStep =
  { readonly kind: 'agent'; readonly name: string } | { readonly kind: 'item'; readonly item: NewItem };

export interface Append extends Write {
  readonly steps: readonly AppendStep[];
  /**
   * Entries to remove before the steps run, newest first: the newest items of the log without a gap, hand-offs
   * included. Each leaves a tombstone; the current agent is then the one before the oldest removed hand-off. Goes with
   * `ifEnd`, which makes sure that they still are the newest.
   */
  readonly remove?: readonly EntryId[] | undefined;
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
  /** Gives the new metadata from the present one; pure, and called again when another write came between. */
  readonly metadata?: ((current: JsonObject) => JsonObject) | undefined;
}

export interface Popped {
  readonly session: Session;
  /** null when there was nothing to pop. */
  readonly entry: ItemEntry | null;
}

/** Where a session stands in its owner's list. */
export interface SessionPlace {
  readonly updatedAt: number;
  readonly id: string;
}

export interface SessionPageRequest {
  readonly count: number;
  /** Which end of what lies between `after` and `before` to take: the most recent, or the least. */
  readonly from: 'start' | 'end';
  readonly after?: SessionPlace | undefined;
  readonly before?: SessionPlace | undefined;
}

export interface SessionPage {
  readonly sessions: readonly Session[];
  readonly hasNext: boolean;
  readonly hasPrevious: boolean;
}

export interface ItemPageRequest {
  readonly count: number;
  /** Which end of what lies between `after` and `before` to take. */
  readonly from: 'start' | 'end';
  readonly after?: EntryId | undefined;
  readonly before?: EntryId | undefined;
  /** Nothing newer than this entry: a snapshot's end. */
  readonly upTo: EntryId;
  /** Only messages of these roles; absent: every item. */
  readonly roles?: readonly MessageRole[] | undefined;
}

export interface ItemPage {
  readonly entries: readonly ItemEntry[];
  /** Whether more such items lie after the page, within `upTo`. */
  readonly hasNext: boolean;
  /** Whether more such items lie before the page. */
  readonly hasPrevious: boolean;
}

export type LogRead =
  | {
      readonly state: 'ok';
      readonly born: EntryId;
      /** The log's last entry when it was read; reached when it is the last of `entries`, or when there are none. */
      readonly end: EntryId;
      readonly entries: readonly LogEntry[];
    }
  | { readonly state: 'expired' | 'diverged'; readonly born: EntryId; readonly end: EntryId };
