/// <reference lib="esnext.disposable" preserve="true" />
import { abortWith } from './deadline.ts';
import { hasCode, notFound } from './errors.ts';
import type { ConnectionState } from './following.ts';
import { retrying } from './retry.ts';
import { SessionFollower } from './session-follower.ts';
import type { SessionHandle } from './session-handle.ts';
import { deletedTranscript, reduceEvents } from './transcript-events.ts';
import { MOST_ITEMS, readOlder, readTranscript } from './transcript-reads.ts';
import {
  initialTranscript,
  withOlderItems,
  type TranscriptPage,
  type TranscriptState,
} from './transcript-state.ts';

export interface TranscriptOptions {
  /** How many of the newest items are loaded at first, 1 to 1,000; 50. */
  readonly last?: number;
  /** Ends it with ABORTED; so does that of the session. */
  readonly signal?: AbortSignal;
}

/**
 * A conversation as it is shown, kept up to date until it is closed. Whoever shows it subscribes, and looks at `state`,
 * `connection` and `error` then. What a listener throws ends it, and is its `error`.
 */
export class Transcript implements AsyncDisposable {
  readonly #handle: SessionHandle;
  readonly #last: number;
  readonly #leaving: AbortController;
  readonly #listeners = new Set<() => void>();
  readonly #running: Promise<void>;
  #state: TranscriptState;
  #connection: ConnectionState = 'connecting';
  #error: unknown = null;
  #closed = false;
  #older: Promise<boolean> | undefined;
  /** Ids that were removed while older items were on their way. */
  #removed: Set<string> | null = null;

  /** Use `AgentSession.transcript`. */
  static async open(handle: SessionHandle, { last = 50, signal }: TranscriptOptions): Promise<Transcript> {
    const leaving = new AbortController();
    const release = abortWith(leaving, [handle.signal, signal]);
    try {
      const page = await readTranscript(handle, last, leaving.signal);
      if (page === null) throw notFound();
      return new Transcript({ handle, last, page, leaving, release });
    } catch (error) {
      release();
      throw error;
    }
  }

  private constructor({ handle, last, page, leaving, release }: TranscriptParts) {
    this.#handle = handle;
    this.#last = last;
    this.#leaving = leaving;
    this.#state = initialTranscript(page);
    this.#running = this.#run().finally(release);
  }

  get state(): TranscriptState {
    return this.#state;
  }

  get connection(): ConnectionState {
    return this.#connection;
  }

  /**
   * What ended it: an AgentSessionsError, or what the token function or a listener threw. null while it runs, and when it
   * was closed or the session deleted.
   */
  get error(): unknown {
    return this.#error;
  }

  /** Calls the listener after each change, until what is returned is called. */
  readonly subscribe = (listener: () => void): (() => void) => {
    // The same function may come twice, and each of the two leaves for itself.
    const own = (): void => listener();
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  };

  /**
   * Puts so many older items in front, at most 1,000; tells whether there are still older ones. While one call is under
   * way another is the same.
   * @throws AgentSessionsError
   */
  loadOlder(count: number = 50): Promise<boolean> {
    this.#older ??= this.#loadOlder(count).finally(() => (this.#older = undefined));
    return this.#older;
  }

  /** Ends it; the state stays as it is. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#leaving.abort();
    await this.#running;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #run(): Promise<void> {
    try {
      while ((await this.#follow()) && (await this.#readAgain()));
    } catch (error) {
      if (!this.#closed) this.#error = error;
    } finally {
      this.#connection = 'closed';
      this.#notifyOfEnd();
    }
  }

  /** Until the events end, or what is shown is no longer the log's past: true. */
  async #follow(): Promise<boolean> {
    const { cursor: after, drafts } = this.#state;
    const follower = new SessionFollower({
      handle: this.#handle,
      after,
      drafts,
      met: true,
      signal: this.#leaving.signal,
      onState: (state) => this.#showConnection(state),
    });
    for await (const events of follower) {
      for (const event of events) if (event.__typename === 'ItemRemoved') this.#removed?.add(event.itemId);
      this.#change(reduceEvents(this.#state, events));
      if (this.#state.resync !== null) return true;
    }
    return false;
  }

  /**
   * As many items as are shown, and as one page holds; those that stayed the same are the same objects. false: the session
   * is gone.
   */
  async #readAgain(): Promise<boolean> {
    const { signal } = this.#leaving;
    const { items } = this.#state;
    const last = Math.min(Math.max(this.#last, items.length), MOST_ITEMS);
    const read = () => readTranscript(this.#handle, last, signal);
    const { retry } = this.#handle.connection;
    try {
      const page = await retrying(read, signal, { retries: Infinity, ...retry });
      if (page === null) throw notFound();
      const shown = new Map(items.map((item) => [item.id, item]));
      const again = page.items.map((item) => shown.get(item.id) ?? item);
      this.#change(initialTranscript({ ...page, items: again }));
      return true;
    } catch (error) {
      if (!hasCode(error, 'NOT_FOUND')) throw error;
      this.#change(deletedTranscript(this.#state));
      return false;
    }
  }

  async #loadOlder(count: number): Promise<boolean> {
    const { start, hasOlder } = this.#state;
    if (!hasOlder || start === null) return false;
    const removed = new Set<string>();
    this.#removed = removed;
    try {
      const older = await readOlder(this.#handle, count, start, this.#leaving.signal);
      // What was cleared or read again meanwhile has another beginning.
      if (this.#state.start === start) {
        const items = older.items.filter(({ id }) => !removed.has(id));
        this.#change(withOlderItems(this.#state, { ...older, items }));
      }
    } finally {
      this.#removed = null;
    }
    return this.#state.hasOlder;
  }

  #change(state: TranscriptState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#notify();
  }

  #showConnection(state: ConnectionState): void {
    // One of several: this transcript is closed when it says so, and connects for the first time once.
    if (state === 'closed') return;
    const shown = state === 'connecting' && this.#connection !== 'connecting' ? 'reconnecting' : state;
    if (shown === this.#connection) return;
    this.#connection = shown;
    this.#notify();
  }

  #notify(): void {
    for (const listener of this.#listeners) listener();
  }

  /** Nobody waits for what is thrown now, and each listener is to know. */
  #notifyOfEnd(): void {
    for (const listener of this.#listeners) {
      try {
        listener();
      } catch (error) {
        if (!this.#closed) this.#error ??= error;
      }
    }
  }
}

interface TranscriptParts {
  readonly handle: SessionHandle;
  readonly last: number;
  readonly page: TranscriptPage;
  /** Fires when it shall end. */
  readonly leaving: AbortController;
  readonly release: () => void;
}
