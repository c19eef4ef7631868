import type { Session } from '../session.ts';
import type { SessionPlace } from '../store-reads.ts';
import type { FeedsOptions } from './feeds.ts';
import { ListChannel, type ListChange } from './list-channel.ts';
import { ListReader } from './list-reader.ts';

/** Milliseconds between looks at what is due. */
const TICK_MS = 250;
const PAGE = 100;
/** So many polls after other doorbells rang a list is looked at for those that did not. */
const DOUBTED_POLLS = 15;

/** Greater than every id of a session. */
const LAST_ID = '~';

const NOTHING = { next: async () => ({ done: true, value: undefined }) as const };

interface Watched {
  readonly channel: ListChannel;
  /** Resolves when doorbells are heard and the list has been read. */
  readonly begun: Promise<() => Promise<void>>;
  readers: number;
  /** As it was at the last poll; null before the list has been read. */
  signature: string | null;
  /** Whether the last look found a change that no doorbell had told of yet. */
  unannounced: boolean;
  /** Polls since doorbells rang, which may not have been all; 0: none has. */
  doubted: number;
}

/** The users' lists that are watched in this process. */
export class Lists {
  readonly #options: FeedsOptions;
  readonly #watched = new Map<string, Watched>();
  #stop: (() => void) | undefined;
  #polling = false;

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
      const missed = since === undefined ? NOTHING : this.#since(userId, since);
      const first = await missed.next();
      return new ListReader({ channel: watched.channel, version, missed, first: first.value ?? [], close });
    } catch (error) {
      await close();
      throw error;
    }
  }

  /** The sessions that were active at the time of a place or since, the least recent first, page by page. */
  async *#since(userId: string, { updatedAt }: SessionPlace): AsyncGenerator<readonly Session[], undefined> {
    const { store } = this.#options;
    // Others may have been active in the same millisecond, after the place was read.
    let before: SessionPlace = { updatedAt: updatedAt - 1, id: LAST_ID };
    let after: SessionPlace | undefined;
    for (;;) {
      const page = await store.list(userId, { count: PAGE, from: 'end', before, after });
      const [newest] = page.sessions;
      if (newest === undefined) return;
      yield page.sessions.toReversed();
      if (!page.hasPrevious) return;
      before = newest;
      // What moves up from now on is told live; else who is slower than the list changes would never come to its end.
      after ??= await this.#top(userId);
    }
  }

  async #top(userId: string): Promise<SessionPlace | undefined> {
    const { sessions } = await this.#options.store.list(userId, { count: 1, from: 'start' });
    return sessions[0] && { updatedAt: sessions[0].updatedAt, id: LAST_ID };
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
          // Before the list is read: what goes missing from now on shows.
          const [signature = ''] = await store.listSignatures([userId]);
          await channel.begin();
          watched.signature = signature;
          return stop;
        } catch (error) {
          await stop();
          throw error;
        }
      });
    const watched: Watched = { channel, begun, readers: 0, signature: null, unannounced: false, doubted: 0 };
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
    if (this.#polling) return;
    this.#polling = true;
    const watched = [...this.#watched].filter(([, { signature }]) => signature !== null);
    try {
      const signatures = await this.#options.store.listSignatures(watched.map(([userId]) => userId));
      for (const [index, [, list]] of watched.entries()) {
        const signature = signatures[index];
        // Where it cannot be read now it is compared when it can, and what was missed shows then.
        if (signature !== undefined && compare(list, signature)) this.#options.metrics?.missed('list');
        list.channel.expire();
      }
    } catch (error) {
      this.#options.onError(error);
    } finally {
      this.#polling = false;
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

/**
 * Looks at a list that has changed without a doorbell, and after a while at one that may have.
 * @returns whether a doorbell has been lost: the change that the look before this one found is told by none.
 */
function compare(list: Watched, signature: string): boolean {
  const rang = list.channel.hasRung();
  const isLost = list.unannounced && !rang;
  const missed = list.signature !== signature && !rang;
  list.signature = signature;
  list.unannounced = missed;
  if (rang || list.doubted > 0) list.doubted++;
  if (!missed && list.doubted <= DOUBTED_POLLS) return isLost;
  list.doubted = 0;
  list.channel.look(missed ? 'all' : 'the newest');
  return isLost;
}
