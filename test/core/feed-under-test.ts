import { createMemoryLive } from '../../src/adapters/memory/live.ts';
import { createSqliteStore } from '../../src/adapters/sqlite/store.ts';
import type { EntryId } from '../../src/core/cursor.ts';
import { Feeds } from '../../src/core/feed/feeds.ts';
import type { FeedMetrics } from '../../src/core/feed/feed-metrics.ts';
import { Lists } from '../../src/core/feed/lists.ts';
import type { FeedEvent } from '../../src/core/feed/feed-event.ts';
import type { Reader } from '../../src/core/feed/reader.ts';
import type { LiveFeed } from '../../src/core/live.ts';
import type { LogEntry } from '../../src/core/log.ts';
import type { SessionStore } from '../../src/core/store.ts';
import { handClock, marks } from '../contract/store-on-sqlite.ts';
import { sessionNow } from '../contract/store-under-test.ts';
import { newSession } from '../support/samples.ts';
import { tickClock, type TickClock } from '../support/tick-clock.ts';

export interface FeedUnderTest {
  /** The store, in which the session `s` is empty. */
  readonly store: SessionStore;
  readonly feeds: Feeds;
  readonly lists: Lists;
  /** Ticks when the feeds are to look at the ends of the logs. */
  readonly clock: TickClock;
  /** Time goes on, for the store and for the feeds, which are told so by a tick. */
  elapse(ms: number): void;
  /** What the feeds reported. */
  readonly errors: readonly unknown[];
  /** Follows `s`; `after` absent: from its end. */
  follow(after?: EntryId | null): Promise<Followed>;
  close(): Promise<void>;
}

export interface FeedSettings {
  /** What the feeds hear of the doorbells, in place of all. */
  readonly live?: (live: LiveFeed) => LiveFeed;
  /** What the feeds read, in place of the store itself. */
  readonly store?: (store: SessionStore) => SessionStore;
  readonly metrics?: FeedMetrics;
}

/** A reader that is read as fast as it goes. */
export interface Followed {
  readonly reader: Reader;
  readonly events: readonly FeedEvent[];
  readonly entries: readonly LogEntry[];
  /** Where it stands. */
  readonly place: EntryId | null;
  /** Resolves when it is over. */
  readonly over: Promise<void>;
}

/** Feeds on a real store in memory. */
export async function openFeed(settings: FeedSettings = {}): Promise<FeedUnderTest> {
  const errors: unknown[] = [];
  const onError = (error: unknown): void => void errors.push(error);
  const { live, ring, ringList } = createMemoryLive({ onError });
  const storeClock = handClock();
  const store = createSqliteStore({
    path: ':memory:',
    clock: storeClock,
    newMark: marks(),
    announce: ring,
    announceList: ringList,
  });
  const clock = tickClock();
  const options = {
    store: settings.store?.(store) ?? store,
    live: settings.live?.(live) ?? live,
    clock,
    pollMs: 2000,
    onError,
    metrics: settings.metrics,
  };
  const feeds = new Feeds(options);
  const lists = new Lists(options);
  await store.create(newSession());
  return {
    store,
    feeds,
    lists,
    clock,
    elapse(ms) {
      storeClock.elapse(ms);
      clock.elapse(ms);
      clock.tick();
    },
    errors,
    follow: async (after) => readAll(await feeds.follow(await sessionNow(store), after), after ?? null),
    async close() {
      await live.close();
      await store.close();
    },
  };
}

function readAll(reader: Reader, after: EntryId | null): Followed {
  const events: FeedEvent[] = [];
  const entries: LogEntry[] = [];
  let place = after;
  const over = (async () => {
    for await (const event of reader) {
      events.push(event);
      if (event.kind === 'entry') {
        entries.push(event.entry);
        place = event.entry.id;
      } else if (event.kind === 'caughtUp' || event.kind === 'resync') place = event.at;
    }
  })();
  return {
    reader,
    events,
    entries,
    get place() {
      return place;
    },
    over,
  };
}
