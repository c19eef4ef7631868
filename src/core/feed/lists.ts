import type { Session } from '../session.ts';
import type { SessionPlace } from '../store-reads.ts';
import type { FeedsOptions } from './feeds.ts';
import { ListChannel, type ListChange } from './list-channel.ts';

/** Milliseconds between looks at what is due. */
const TICK_MS = 250;
const PAGE = 100;

const DONE = { done: true, value: undefined } as const;

interface Watched {
  readonly channel: ListChannel;
  /** Resolves when doorbells are heard and the list has been read. */
  readonly begun: Promise<() => Promise<void>>;
  readers: number;
  signature: string | null;
}

/** The users' lists that are watched in this process. */
export class Lists {
  readonly #options: FeedsOptions;
  readonly #watched = new Map<string, Watched>();
  #stop: (() => void) | undefined;

  constructor(options: FeedsOptions) {
    this.#options = options;
  }

  /** Lists watched now. */
  get size(): number {
    return this.#watched.size;
  }

  /**
   * Follows a user's list from now on, or first with what was active since a place in it.
   * @throws StoreUnavailableError, StoreTimeoutError.
   */
  async follow(
    userId: string,
    since: SessionPlace | undefined,
  ): Promise<AsyncIterableIterator<ListChange, undefined>> {
    const watched = this.#watch(userId);
    watched.readers++;
    const close = (): Promise<void> => this.#leave(userId, watched);
    try {
      await watched.begun;
      const { version } = watched.channel;
      const missed = since === undefined ? [] : await this.#since(userId, since);
      return new ListReader(watched.channel, version, missed, close);
    } catch (error) {
      await close();
      throw error;
    }
  }

  /** The sessions that are more recently active than that place, the least recent first. */
  async #since(userId: string, since: SessionPlace): Promise<readonly Session[]> {
    const found: Session[] = [];
    let before = since;
    for (;;) {
      const { sessions, hasPrevious } = await this.#options.store.list(userId, {
        count: PAGE,
        from: 'end',
        before,
      });
      found.push(...sessions.toReversed());
      const [newest] = sessions;
      if (newest === undefined || !hasPrevious) return found;
      before = newest;
    }
  }

  #watch(userId: string): Watched {
    const present = this.#watched.get(userId);
    if (present !== undefined) return present;
    const { store, live, clock, onError } = this.#options;
    const channel = new ListChannel({ store, clock, userId, onError });
    const begun = live
      .listenToList(userId, (doorbell) => channel.ring(doorbell))
      .then(async (stop) => {
        try {
          await channel.begin();
          return stop;
        } catch (error) {
          await stop();
          throw error;
        }
      });
    const watched = { channel, begun, readers: 0, signature: null };
    this.#watched.set(userId, watched);
    this.#stop ??= this.#start();
    return watched;
  }

  #start(): () => void {
    const { clock, pollMs } = this.#options;
    const stopTicking = clock.every(TICK_MS, () => {
      for (const { channel } of this.#watched.values()) void channel.tick();
    });
    const stopPolling = clock.every(pollMs, () => void this.#poll());
    return () => {
      stopTicking();
      stopPolling();
    };
  }

  /** The safety net under lost doorbells, and under sessions that expire. */
  async #poll(): Promise<void> {
    const watched = [...this.#watched];
    try {
      const signatures = await this.#options.store.listSignatures(watched.map(([userId]) => userId));
      for (const [index, [, list]] of watched.entries()) {
        const signature = signatures[index] ?? null;
        const changed = list.signature !== null && list.signature !== signature;
        if (changed && list.channel.quiet) list.channel.ring('look');
        list.channel.quiet = true;
        list.signature = signature;
        list.channel.expire();
      }
    } catch (error) {
      this.#options.onError(error);
    }
  }

  async #leave(userId: string, watched: Watched): Promise<void> {
    watched.readers--;
    if (watched.readers > 0) return;
    if (this.#watched.get(userId) === watched) this.#watched.delete(userId);
    if (this.#watched.size === 0) {
      this.#stop?.();
      this.#stop = undefined;
    }
    // What could not begin was told to whoever asked for it; there is nothing to end.
    const stop = await watched.begun.catch(() => undefined);
    await stop?.();
  }
}

/** One subscriber's way through what is told of a list: pulls, and so is told only what has become of each session. */
class ListReader implements AsyncIterableIterator<ListChange, undefined> {
  readonly #channel: ListChannel;
  readonly #close: () => Promise<void>;
  #version: number;
  #changes: ListChange[];
  #closing: Promise<void> | undefined;
  #stopWaiting: (() => void) | undefined;

  constructor(channel: ListChannel, version: number, missed: readonly Session[], close: () => Promise<void>) {
    this.#channel = channel;
    this.#version = version;
    this.#changes = missed.map((session) => ({ sessionId: session.id, session }));
    this.#close = close;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<ListChange, undefined>> {
    while (this.#closing === undefined) {
      const change = this.#changes.shift();
      if (change !== undefined) return { done: false, value: change };
      const { version } = this.#channel;
      this.#changes = [...this.#channel.after(this.#version)];
      this.#version = version;
      if (this.#changes.length === 0) await this.#told();
    }
    return DONE;
  }

  async return(): Promise<IteratorResult<ListChange, undefined>> {
    this.#closing ??= this.#close();
    this.#stopWaiting?.();
    await this.#closing;
    return DONE;
  }

  async #told(): Promise<void> {
    await new Promise<void>((resolve) => {
      const forget = this.#channel.onceTold(resolve);
      this.#stopWaiting = () => {
        forget();
        resolve();
      };
    });
  }
}
