import type { Clock } from '../clock.ts';
import type { EntryId } from '../cursor.ts';
import type { LiveFeed } from '../live.ts';
import type { Session } from '../session.ts';
import type { SessionStore } from '../store.ts';
import { Channel } from './channel.ts';
import { DraftProgress } from './draft-progress.ts';
import { UNMEASURED, type FeedMetrics } from './feed-metrics.ts';
import type { Position } from './position.ts';
import { Reader } from './reader.ts';

export interface FeedsOptions {
  readonly store: SessionStore;
  readonly live: LiveFeed;
  readonly clock: Clock;
  /** Milliseconds between looks at the watched sessions: what a lost doorbell costs at most. */
  readonly pollMs: number;
  /** Told of what went wrong in the background; it is tried again by itself. */
  readonly onError: (error: unknown) => void;
  /** Absent: nobody measures. */
  readonly metrics?: FeedMetrics | undefined;
}

/** Entries that a reader takes from the log at a time, fewer when they are large: what one reader holds in memory. */
const READ_ENTRIES = 100;
const WINDOW = { changes: 1_024, characters: 1024 * 1024, handed: 64 * 1024 };

interface Watched {
  readonly channel: Channel;
  readonly listening: Promise<() => Promise<void>>;
}

/** The sessions that are watched in this process, one channel each. */
export class Feeds {
  readonly #options: FeedsOptions;
  readonly #metrics: FeedMetrics;
  readonly #watched = new Map<string, Watched>();
  #stopPolling: (() => void) | undefined;
  #polling = false;

  constructor(options: FeedsOptions) {
    this.#options = options;
    this.#metrics = options.metrics ?? UNMEASURED;
  }

  /** Sessions watched now. */
  get size(): number {
    return this.#watched.size;
  }

  /**
   * Follows a session from a place of its log on: `after` null begins at its first entry, absent at the snapshot's end.
   * Resolves when doorbells are heard; whatever happens from the snapshot on is met once.
   * @throws StoreUnavailableError when doorbells cannot be had.
   */
  async follow({ id, born, end }: Session, after: EntryId | null = end): Promise<Reader> {
    const watched = this.#watch(id);
    const open = (position: Position): Reader => {
      watched.channel.readers++;
      return new Reader({
        channel: watched.channel,
        born,
        position,
        metrics: this.#metrics,
        open,
        onClose: () => this.#leave(id, watched),
      });
    };
    const reader = open({ place: after, moment: null, drafts: new DraftProgress(), caughtUp: false });
    try {
      await watched.listening;
    } catch (error) {
      await reader.return();
      throw error;
    }
    return reader;
  }

  #watch(sessionId: string): Watched {
    const present = this.#watched.get(sessionId);
    if (present !== undefined) return present;
    const { store, live, clock, pollMs } = this.#options;
    const channel = new Channel((after) => store.read(sessionId, after, READ_ENTRIES), WINDOW);
    const listening = live.listen(sessionId, (doorbell) => channel.ring(doorbell));
    const watched = { channel, listening };
    this.#watched.set(sessionId, watched);
    this.#stopPolling ??= clock.every(pollMs, () => void this.#poll());
    return watched;
  }

  async #leave(sessionId: string, watched: Watched): Promise<void> {
    watched.channel.readers--;
    if (watched.channel.readers > 0) return;
    if (this.#watched.get(sessionId) === watched) this.#watched.delete(sessionId);
    if (this.#watched.size === 0) {
      this.#stopPolling?.();
      this.#stopPolling = undefined;
    }
    // A refused subscription was told to whoever asked for it; there is nothing to end.
    const stop = await watched.listening.catch(() => undefined);
    await stop?.();
  }

  /** The safety net under lost doorbells. */
  async #poll(): Promise<void> {
    if (this.#polling) return;
    this.#polling = true;
    try {
      const watched = [...this.#watched];
      // What rings while this reads is newer than what it reads.
      const versions = watched.map(([, { channel }]) => channel.version);
      const moments = await this.#options.store.ends(watched.map(([sessionId]) => sessionId));
      for (const [index, [, { channel }]] of watched.entries()) {
        const moment = moments[index];
        if (moment !== undefined && channel.compare(moment, versions[index])) this.#metrics.missed('session');
      }
    } catch (error) {
      this.#options.onError(error);
    } finally {
      this.#polling = false;
    }
  }
}
