import type { EntryId } from '../cursor.ts';
import { StoreTimeoutError, StoreUnavailableError } from '../errors.ts';
import type { Change, Moment } from '../live.ts';
import type { LogRead } from '../store-reads.ts';
import { momentOf, type Channel } from './channel.ts';
import type { DraftProgress } from './draft-progress.ts';
import type { FeedEvent } from './feed-event.ts';
import type { FeedMetrics } from './feed-metrics.ts';
import type { Found } from './found.ts';
import type { Position } from './position.ts';
import type { Bell } from './window.ts';

export interface ReaderOptions {
  readonly channel: Channel;
  /** The incarnation that is read: a session made again under the same id is another one. */
  readonly born: EntryId;
  readonly position: Position;
  readonly metrics: FeedMetrics;
  /** Another reader of the same session. */
  readonly open: (position: Position) => Reader;
  readonly onClose: () => Promise<void>;
}

/** Characters of drafts that a reader keeps at hand while it stands still. */
const KEPT_CHARACTERS = 64 * 1024;

const DONE = { done: true, value: undefined } as const;

/**
 * One reader's way through a session: pulls, so that a slow one costs nobody anything; takes a doorbell's changes only
 * when it stands exactly at the moment before them; reads the store in every other case. While the store cannot be read
 * it waits.
 */
export class Reader implements AsyncIterableIterator<FeedEvent, undefined> {
  readonly #channel: Channel;
  readonly #born: EntryId;
  readonly #metrics: FeedMetrics;
  readonly #open: (position: Position) => Reader;
  readonly #onClose: () => Promise<void>;
  #drafts: DraftProgress;
  #place: EntryId | null;
  #moment: Moment | null;
  #caughtUp: boolean;
  #found: Found[] = [];
  #events: FeedEvent[] = [];
  #closed = false;
  /** Ends the last wait. */
  #wake: (() => void) | undefined;
  #closing: Promise<void> | undefined;

  constructor({ channel, born, position, metrics, open, onClose }: ReaderOptions) {
    this.#channel = channel;
    this.#born = born;
    this.#metrics = metrics;
    this.#place = position.place;
    this.#moment = position.moment;
    this.#drafts = position.drafts.copy();
    this.#caughtUp = position.caughtUp;
    this.#open = open;
    this.#onClose = onClose;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Where it stands after the last event that `next` gave. */
  get position(): Position {
    return {
      place: this.#place,
      moment: this.moment,
      drafts: this.#drafts.copy(),
      caughtUp: this.#caughtUp,
    };
  }

  /** The moment whose whole content was given; null while there is more at hand, and during the replay. */
  get moment(): Moment | null {
    return this.#found.length === 0 && this.#events.length === 0 && this.#caughtUp ? this.#moment : null;
  }

  /** Another reader that stands here. */
  twin(): Reader {
    return this.#open(this.position);
  }

  /** Goes on from there instead; not while `next` is awaited. */
  moveTo({ place, moment, drafts, caughtUp }: Position): void {
    this.#place = place;
    this.#moment = moment;
    this.#drafts = drafts.copy();
    this.#caughtUp = caughtUp;
    this.#found = [];
    this.#events = [];
  }

  /** It will stand still for a while: long drafts that it has at hand are let go, and read again when it goes on. */
  rest(): void {
    const drafts = [
      ...this.#found.flatMap((found) => found.drafts?.open ?? []),
      ...this.#events.flatMap((event) => (event.kind === 'draftStarted' ? event.draft : [])),
    ];
    const appended = this.#events.flatMap((event) =>
      event.kind === 'draftAppended' ? event.text.length : [],
    );
    const characters = [...drafts.map(({ text, reasoning }) => text.length + reasoning.length), ...appended];
    if (characters.reduce((sum, length) => sum + length, 0) > KEPT_CHARACTERS) this.moveTo(this.position);
  }

  /** Greater for later moments; null where the store must be asked. */
  numberOf(moment: Moment): number | null {
    return this.#channel.numberOf(moment);
  }

  /** Whether it has given its last event, or was left. */
  get isClosed(): boolean {
    return this.#closed;
  }

  /**
   * The next event that needs no waiting: of what is at hand, or what doorbells have brought. null: after `advance` there
   * may be one. Not while `next` is awaited.
   */
  take(): FeedEvent | null {
    this.#wake = undefined;
    for (;;) {
      const event = this.#nextEvent();
      if (event !== null) {
        if (event.kind === 'deleted') void this.#close();
        if (event.kind === 'entry' && this.#caughtUp) this.#metrics.told(event.entry.at);
        return event;
      }
      if (!this.#takeBells()) return null;
    }
  }

  /**
   * For who has taken all there was: calls `wake` once something happens, or the reader is closed. False: `advance` must
   * find what comes next.
   */
  wait(wake: () => void): boolean {
    if (this.#closed || !this.#isAtTheEnd()) return false;
    this.#wake = wake;
    this.#channel.onceRung(wake);
    return true;
  }

  /** Finds what comes next, or waits for something to happen; for who has taken all there was. */
  advance(): Promise<void> {
    const { version } = this.#channel;
    return this.#isAtTheEnd() ? this.#changed(version) : this.#readOn(version);
  }

  async next(): Promise<IteratorResult<FeedEvent, undefined>> {
    while (!this.#closed) {
      const value = this.take();
      if (value === null) {
        await this.advance();
        continue;
      }
      if (value.kind === 'deleted') await this.#close();
      return { done: false, value };
    }
    await this.#close();
    return DONE;
  }

  /** Ends the reader at once, also while it waits. */
  async return(): Promise<IteratorResult<FeedEvent, undefined>> {
    await this.#close();
    return DONE;
  }

  /**
   * Runs a read that an event needs. While the store cannot be read it waits, as the reader's own reads do; undefined
   * when the reader was left meanwhile.
   */
  async patiently<T>(read: () => Promise<T>): Promise<T | undefined> {
    while (!this.#closed) {
      const { version } = this.#channel;
      try {
        return await read();
      } catch (error) {
        if (!(error instanceof StoreUnavailableError || error instanceof StoreTimeoutError)) throw error;
        // The place is kept, so nothing is lost by waiting until the store can be reached again.
        this.#channel.fail();
        await this.#changed(version);
      }
    }
    return undefined;
  }

  /** The next event of what is at hand; places and drafts move with it, so that the position is always exact. */
  #nextEvent(): FeedEvent | null {
    for (;;) {
      const event = this.#events.shift() ?? this.#nextChange();
      if (event === undefined) return null;
      if (event?.kind === 'caughtUp') this.#caughtUp = true;
      if (event !== null) this.#drafts.meet(event);
      this.#finish();
      if (event !== null) return event;
    }
  }

  /** null: a change that is no event for this reader; undefined: there is none. */
  #nextChange(): FeedEvent | null | undefined {
    const [found] = this.#found;
    const change = found?.changes[found.next];
    if (found === undefined || change === undefined) return undefined;
    found.next++;
    if (change.kind !== 'entry') return this.#drafts.eventOf(change);
    this.#place = change.entry.id;
    return change;
  }

  /** After the last change of what was found: what is new of drafts, and whether the replay is over. */
  #finish(): void {
    const [found] = this.#found;
    if (found === undefined || found.next < found.changes.length) return;
    this.#found.shift();
    const { drafts, moment } = found;
    if (drafts !== null) this.#events.push(...this.#drafts.towards(drafts));
    if (moment !== null) {
      this.#moment = moment;
      this.#place = moment.entry;
      if (!this.#caughtUp) this.#events.push({ kind: 'caughtUp', at: moment.entry });
    }
  }

  /** What doorbells have brought since the moment where it stands; false when that is nothing. */
  #takeBells(): boolean {
    const bells = this.#bells();
    if (bells === null || bells.length === 0) return false;
    for (const { changes, to } of bells) {
      this.#found.push({ changes, next: 0, drafts: null, moment: to });
    }
    return true;
  }

  #isAtTheEnd(): boolean {
    return this.#bells()?.length === 0;
  }

  /** null: the store must be read, at first always, since only that shows whether the place exists. */
  #bells(): readonly Bell[] | null {
    return this.#caughtUp && this.#moment !== null ? this.#channel.after(this.#moment) : null;
  }

  async #readOn(version: number): Promise<void> {
    const isReplay = !this.#caughtUp;
    const read = await this.patiently(() => this.#channel.read(this.#place));
    if (read === undefined || this.#closed) return;
    this.#apply(read);
    const isNews = this.#found.length > 0 || this.#events.length > 0;
    if (isReplay || isNews) this.#metrics.caughtUp(isReplay ? 'replay' : 'behind');
    // Where a read found nothing new there is nothing to do until something happens.
    if (!isNews) await this.#changed(version);
  }

  #apply(read: LogRead | null): void {
    if (read === null || read.born !== this.#born) {
      this.#events.push({ kind: 'deleted' });
    } else if (read.state === 'ok') {
      const changes = read.entries.map((entry): Change => ({ kind: 'entry', entry }));
      this.#found.push({ changes, next: 0, drafts: read.drafts, moment: momentOf(read) });
      this.#finish();
    } else {
      const reason = read.state === 'expired' ? 'EXPIRED' : 'DIVERGED';
      this.#metrics.lost(reason);
      this.#events.push({ kind: 'resync', reason, at: read.end });
      this.#place = read.end;
      this.#moment = null;
      this.#drafts.forget();
    }
  }

  /** Resolves at the first doorbell after `version`, or when the reader is closed. */
  #changed(version: number): Promise<void> {
    if (this.#closed || this.#channel.version !== version) return Promise.resolve();
    return new Promise((resolve) => {
      this.#wake = resolve;
      this.#channel.onceRung(resolve);
    });
  }

  #close(): Promise<void> {
    this.#closed = true;
    this.#found = [];
    this.#events = [];
    if (this.#wake !== undefined) {
      this.#channel.forget(this.#wake);
      this.#wake();
      this.#wake = undefined;
    }
    return (this.#closing ??= this.#onClose());
  }
}
