import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import type { Logger } from 'pino';
import { createForeignHistories } from './adapters/redis/foreign-histories.ts';
import { openAuthentication } from './app/authentication.ts';
import { openStorage } from './app/storage.ts';
import { systemClock } from './app/system-clock.ts';
import { openTrustedDocuments } from './app/trusted-documents.ts';
import type { Config } from './config.ts';
import { DraftEndings } from './core/draft-endings.ts';
import { Drafting } from './core/drafting.ts';
import { Feeds } from './core/feed/feeds.ts';
import { Lists } from './core/feed/lists.ts';
import type { ImportEnds } from './core/import/importing.ts';
import type { Digest } from './core/once.ts';
import { Rates } from './core/rates.ts';
import { Reading } from './core/reading.ts';
import { Rewriting } from './core/rewriting.ts';
import { RunResults } from './core/run-results.ts';
import { Sessions } from './core/sessions.ts';
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

/** What is waited for, in milliseconds. */
export interface Timings {
  /** What a lost doorbell costs at most. */
  readonly pollMs: number;
  readonly pingMs: number;
  /** Within the ten seconds that a stopped process is given by most supervisors. */
  readonly drainMs: number;
}

const TIMINGS: Timings = { pollMs: 2_000, pingMs: 12_000, drainMs: 8_000 };

/**
 * Puts the product together; the only place that knows which adapters there are.
 * @param timings What differs from the product's own, for tests that cannot wait so long.
 */
export function createApp(config: Config, log: Logger, timings: Partial<Timings> = {}): App {
  const report = (error: unknown): void => log.error({ err: error }, 'A fault that was not expected');
  const trusted = openTrustedDocuments(config.trustedDocuments);
  const authenticator = openAuthentication(config.auth, log);
  const { store, live, rates, describe } = openStorage(config.store, config.redis, log);
  const { domain: limits, transport } = config.limits;
  const clock = systemClock;
  const newId = (): string => randomBytes(8).toString('hex');
  const onError = (error: unknown): void =>
    log.warn({ err: error }, 'Watched sessions could not be looked at');
  const { pollMs, pingMs, drainMs } = { ...TIMINGS, ...timings };
  const feedOptions = { store, live, clock, pollMs, onError };
  const sessions = new Sessions({ store, limits, newId, digest });
  const useCases = {
    sessions,
    writing: new Writing({ store, limits, digest }),
    reading: new Reading({ store, limits }),
    rewriting: new Rewriting({ store, limits, digest }),
    runResults: new RunResults({ store, limits, digest }),
    drafting: new Drafting({ store, limits, newId, digest }),
    draftEndings: new DraftEndings({ store, limits, digest }),
    watching: new Watching({ sessions, feeds: new Feeds(feedOptions), lists: new Lists(feedOptions) }),
  };
  const server = createGraphQLServer({
    schema,
    context: (origin) => ({ ...useCases, ...origin }),
    authenticator,
    isOpen: config.auth.none,
    rates: new Rates({ store: rates, clock }),
    limits: transport,
    corsOrigins: config.corsOrigins,
    trusted,
    production: config.production,
    checkStore: () => store.check(),
    report,
    clock,
    pingMs,
    drainMs,
  });
  return {
    fetch: (input, init) => server.fetch(new Request(input, init)),
    listen: () => server.listen(config.host, config.port),
    describeStore: describe,
    async close() {
      authenticator.close();
      await live.close();
      await store.close();
    },
  };
}

/** Opens both ends of an import; a dry run makes no database file where there is none. */
export function openImport(
  { store: target, redis }: Config,
  { from, dryRun }: { readonly from: string; readonly dryRun: boolean },
  log: Logger,
): ImportEnds {
  const absent = target.kind === 'sqlite' && !existsSync(target.path);
  const { store, live } = openStorage(
    dryRun && absent ? { kind: 'sqlite', path: ':memory:' } : target,
    redis,
    log,
  );
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
