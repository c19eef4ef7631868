import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import type { Logger } from 'pino';
import { createMemoryLive } from './adapters/memory/live.ts';
import { connectRedis } from './adapters/redis/connect.ts';
import { describeDurability } from './adapters/redis/durability.ts';
import { createForeignHistories } from './adapters/redis/foreign-histories.ts';
import { createRedisLive } from './adapters/redis/live.ts';
import { createRedisStore } from './adapters/redis/store.ts';
import { createSqliteStore, durability } from './adapters/sqlite/store.ts';
import type { Config, StoreConfig } from './config.ts';
import type { Viewer } from './core/access.ts';
import type { Clock } from './core/clock.ts';
import { DraftEndings } from './core/draft-endings.ts';
import { Drafting } from './core/drafting.ts';
import { Feeds } from './core/feed/feeds.ts';
import { Lists } from './core/feed/lists.ts';
import type { ImportEnds } from './core/import/importing.ts';
import { LIMITS } from './core/limits.ts';
import type { LiveFeed } from './core/live.ts';
import type { Digest } from './core/once.ts';
import { Reading } from './core/reading.ts';
import { Rewriting } from './core/rewriting.ts';
import { RunResults } from './core/run-results.ts';
import { Sessions } from './core/sessions.ts';
import type { SessionStore } from './core/store.ts';
import { Watching } from './core/watching.ts';
import { Writing } from './core/writing.ts';
import { schema } from './graphql/schema.ts';
import { createGraphQLServer, type RunningServer } from './transport/server.ts';

export interface App {
  /** Answers GraphQL requests without a port: `fetch('http://app/graphql', …)`. */
  readonly fetch: (input: string | URL | Request, init?: RequestInit) => Promise<Response>;
  /** Serves on the configured address. */
  listen(): Promise<RunningServer>;
  /** One sentence: which store, and what it promises. */
  describeStore(): Promise<string>;
  /** Closes the store and the live feed; after the server, where there is one. */
  close(): Promise<void>;
}

interface Storage {
  readonly store: SessionStore;
  readonly live: LiveFeed;
  readonly describe: () => Promise<string>;
}

/** With AUTH=none everybody is a service, and means this user when none is named. */
const EVERYBODY: Viewer = { kind: 'SERVICE', userId: 'local' };

/** What is waited for, in milliseconds. */
export interface Timings {
  /** What a lost doorbell costs at most. */
  readonly pollMs: number;
  readonly pingMs: number;
  /** With the looks between and the grace after it, a client that does not read is gone within 30 seconds. */
  readonly stallMs: number;
  /** Within the ten seconds that a stopped process is given by most supervisors. */
  readonly drainMs: number;
}

const TIMINGS: Timings = { pollMs: 2_000, pingMs: 12_000, stallMs: 16_000, drainMs: 8_000 };

/**
 * Puts the product together; the only place that knows which adapters there are.
 * @param timings What differs from the product's own, for tests that cannot wait so long.
 */
export function createApp(config: Config, log: Logger, timings: Partial<Timings> = {}): App {
  const report = (error: unknown): void => log.error({ err: error }, 'A fault that was not expected');
  const { store, live, describe } = openStorage(config.store, log);
  const newId = (): string => randomBytes(8).toString('hex');
  const onError = (error: unknown): void =>
    log.warn({ err: error }, 'Watched sessions could not be looked at');
  const { pollMs, pingMs, stallMs, drainMs } = { ...TIMINGS, ...timings };
  const feedOptions = { store, live, clock: systemClock, pollMs, onError };
  const sessions = new Sessions({ store, limits: LIMITS, newId, digest });
  const useCases = {
    viewer: EVERYBODY,
    sessions,
    writing: new Writing({ store, limits: LIMITS, digest }),
    reading: new Reading({ store, limits: LIMITS }),
    rewriting: new Rewriting({ store, limits: LIMITS, digest }),
    runResults: new RunResults({ store, limits: LIMITS, digest }),
    drafting: new Drafting({ store, limits: LIMITS, newId, digest }),
    draftEndings: new DraftEndings({ store, limits: LIMITS, digest }),
    watching: new Watching({ sessions, feeds: new Feeds(feedOptions), lists: new Lists(feedOptions) }),
  };
  const server = createGraphQLServer({
    schema,
    context: () => useCases,
    checkStore: () => store.check(),
    report,
    clock: systemClock,
    pingMs,
    stallMs,
    drainMs,
  });
  return {
    fetch: async (input, init) => server.pipeline.fetch(new Request(input, init)),
    listen: () => server.listen(config.host, config.port),
    describeStore: describe,
    async close() {
      await live.close();
      await store.close();
    },
  };
}

/** Opens both ends of an import; a dry run makes no database file where there is none. */
export function openImport(
  { store: target }: Config,
  { from, dryRun }: { readonly from: string; readonly dryRun: boolean },
  log: Logger,
): ImportEnds {
  const absent = target.kind === 'sqlite' && !existsSync(target.path);
  const { store, live } = openStorage(dryRun && absent ? { kind: 'sqlite', path: ':memory:' } : target, log);
  const source = createForeignHistories(from);
  return {
    source,
    store,
    digest,
    async close() {
      await source.close();
      await live.close();
      await store.close();
    },
  };
}

const digest: Digest = (text) => createHash('sha256').update(text).digest('base64url');

function openStorage(config: StoreConfig, log: Logger): Storage {
  switch (config.kind) {
    case 'sqlite': {
      const memory = createMemoryLive({
        onError: (error) => log.error({ err: error }, 'A listener threw'),
      });
      const { live } = memory;
      const store = createSqliteStore({
        path: config.path,
        clock: systemClock,
        newMark,
        announce: memory.ring,
        announceList: memory.ringList,
      });
      const where = config.path === ':memory:' ? 'in memory' : config.path;
      return { store, live, describe: async () => `SQLite ${where}: ${durability(config.path)}` };
    }
    case 'redis': {
      const { commands, subscriber } = connectRedis({
        url: config.url,
        onError: (error) => log.warn({ err: error }, 'No connection to Redis'),
      });
      const live = createRedisLive({
        client: subscriber,
        clock: systemClock,
        onError: (error) => log.warn({ err: error }, 'Live wake-ups are interrupted'),
      });
      const store = createRedisStore({ client: commands, newMark });
      const { host } = new URL(config.url);
      return { store, live, describe: async () => `Redis ${host}: ${await describeDurability(commands)}` };
    }
  }
}

const systemClock: Clock = {
  now: () => Date.now(),
  every: (ms, tick) => {
    const timer = setInterval(tick, ms).unref();
    return () => clearInterval(timer);
  },
};

const MARK_CHARACTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** Eight characters of 62: two writes at one place share a mark once in 10^14. */
function newMark(): string {
  return Array.from(randomBytes(8), (byte) => MARK_CHARACTERS[byte % MARK_CHARACTERS.length]).join('');
}
