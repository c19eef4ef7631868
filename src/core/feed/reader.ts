import type { EntryId } from '../cursor.ts';
import { StoreTimeoutError, StoreUnavailableError } from '../errors.ts';
import type { LogEntry } from '../log.ts';
import type { LogRead } from '../store.ts';
import type { Channel } from './channel.ts';

/** What a reader of a session's log meets, in order. */
export type FeedEvent =
  | { readonly kind: 'entry'; readonly entry: LogEntry }
  /** The replay is over; `at` is the log's end. Once. */
  | { readonly kind: 'caughtUp'; readonly at: EntryId }
  /** The log no longer holds the place; reading goes on from `at`, its end. */
  | { readonly kind: 'resync'; readonly reason: 'EXPIRED' | 'DIVERGED'; readonly at: EntryId }
  /** The last event. */
  | { readonly kind: 'deleted' };

export interface ReaderOptions {
  readonly channel: Channel;
  /** The incarnation that is read: a session made again under the same id is another one. */
  readonly born: EntryId;
  /** The last entry that the reader has; null: none, begin at the log's first. */
  readonly after: EntryId | null;
  readonly onClose: () => Promise<void>;
}

const DONE = { done: true, value: undefined } as const;

/**
 * One reader's way through a log: pulls, so that a slow one costs nobody anything; takes a doorbell's entries only when
 * it stands exactly before them; reads the log in every other case. While the store cannot be read it waits.
 */
export class Reader implements AsyncIterableIterator<FeedEvent, undefined> {
  readonly #channel: Channel;
  readonly #born: EntryId;
  readonly #onClose: () => Promise<void>;
  readonly #abort = new AbortController();
  #place: EntryId | null;
  #events: FeedEvent[] = [];
  #caughtUp = false;
  #closing: Promise<void> | undefined;

  constructor({ channel, born, after, onClose }: ReaderOptions) {
    this.#channel = channel;
    this.#born = born;
    this.#place = after;
    this.#onClose = onClose;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<FeedEvent, undefined>> {
    while (!this.#abort.signal.aborted) {
      const event = this.#events.shift();
      if (event !== undefined) {
        if (event.kind === 'deleted') await this.#close();
        return { done: false, value: event };
      }
      await this.#advance();
    }
    await this.#close();
    return DONE;
  }

  /** Ends the reader at once, also while it waits. */
  async return(): Promise<IteratorResult<FeedEvent, undefined>> {
    await this.#close();
    return DONE;
  }

  /** Finds the next events, or waits for something to happen. */
  async #advance(): Promise<void> {
    const { version } = this.#channel;
    // The first step always reads the log: only that shows whether the place exists.
    const known = this.#caughtUp && this.#place !== null ? this.#channel.after(this.#place) : null;
    if (known !== null) {
      if (known.length > 0) this.#take(known);
      else await this.#channel.changed(version, this.#abort.signal);
      return;
    }
    const read = await this.patiently(() => this.#channel.read(this.#place));
    if (read === undefined) return;
    if (!this.#apply(read)) await this.#channel.changed(version, this.#abort.signal);
  }

  /**
   * Runs a read that an event needs. While the store cannot be read it waits, as the reader's own reads do; undefined
   * when the reader was left meanwhile.
   */
  async patiently<T>(read: () => Promise<T>): Promise<T | undefined> {
    while (!this.#abort.signal.aborted) {
      const { version } = this.#channel;
      try {
        return await read();
      } catch (error) {
        if (!(error instanceof StoreUnavailableError || error instanceof StoreTimeoutError)) throw error;
        // The place is kept, so nothing is lost by waiting until the store can be reached again.
        this.#channel.fail();
        await this.#channel.changed(version, this.#abort.signal);
      }
    }
    return undefined;
  }

  /** Turns a read of the log into events; false when there are none. */
  #apply(read: LogRead | null): boolean {
    if (read === null || read.born !== this.#born) {
      this.#events.push({ kind: 'deleted' });
      return true;
    }
    if (read.state !== 'ok') {
      const reason = read.state === 'expired' ? 'EXPIRED' : 'DIVERGED';
      this.#events.push({ kind: 'resync', reason, at: read.end });
      this.#place = read.end;
    } else {
      this.#take(read.entries);
      if (this.#place === null) this.#place = read.end;
    }
    if (!this.#caughtUp && this.#place === read.end) {
      this.#caughtUp = true;
      this.#events.push({ kind: 'caughtUp', at: read.end });
    }
    return this.#events.length > 0;
  }

  #take(entries: readonly LogEntry[]): void {
    for (const entry of entries) this.#events.push({ kind: 'entry', entry });
    this.#place = entries.at(-1)?.id ?? this.#place;
  }

  #close(): Promise<void> {
    this.#abort.abort();
    this.#events = [];
    return (this.#closing ??= this.#onClose());
  }
}
