import { randomBytes, randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { createMetrics } from './adapters/prometheus/metrics.ts';
import { measuredLink } from './adapters/redis/measured-link.ts';
import { openAuthentication } from './app/authentication.ts';
import { digest } from './app/digest.ts';
import { measuredStore } from './app/measured-store.ts';
import { requestObserver } from './app/request-log.ts';
import { openStorage } from './app/storage.ts';
import { elapsed, systemClock } from './app/system-clock.ts';
import { openTracing } from './app/tracing.ts';
import { openTrustedDocuments } from './app/trusted-documents.ts';
import { createUseCases } from './app/use-cases.ts';
import type { Config } from './config.ts';
import { Feeds } from './core/feed/feeds.ts';
import { Lists } from './core/feed/lists.ts';
import { Rates } from './core/rates.ts';
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
export async function createApp(config: Config, log: Logger, timings: Partial<Timings> = {}): Promise<App> {
  const clock = systemClock;
  const newId = (): string => randomBytes(8).toString('hex');
  const metrics = createMetrics(clock);
  const report = (error: unknown, requestId?: string): void => {
    metrics.requests.fault();
    log.error({ err: error, requestId }, 'A fault that was not expected');
  };
  const trusted = openTrustedDocuments(config.trustedDocuments);
  const authenticator = await openAuthentication(config.auth, log);
  const storage = await openStorage(config.store, config.redis, log, (link) =>
    measuredLink(link, metrics.redis, elapsed),
  );
  const { live, rates, describe } = storage;
  const traces = openTracing(config.traces, log);
  const tracing = traces?.tracing ?? null;
  const store = measuredStore(storage.store, { metrics: metrics.store, tracing, elapsed });
  const { domain: limits, transport } = config.limits;
  const onError = (error: unknown): void =>
    log.warn({ err: error }, 'Watched sessions could not be looked at');
  const { pollMs, pingMs, drainMs } = { ...TIMINGS, ...timings };
  const feedOptions = { store, live, clock, pollMs, onError, metrics: metrics.feeds };
  const feeds = new Feeds(feedOptions);
  const lists = new Lists(feedOptions);
  metrics.watch({ sessions: () => feeds.size, lists: () => lists.size });
  const { sessions, writing, reading, rewriting, runResults, drafting, draftEndings, watching } =
    createUseCases({ store, limits, defaults: config.sessions, newId, digest, feeds, lists });
  const server = createGraphQLServer({
    schema,
    // Made for every operation and event, which spreading objects would take several times as long for.
    context: ({ viewer, lastEventId }) => ({
      viewer,
      lastEventId,
      sessions,
      writing,
      // What an answer may hold may be read for it.
      reading: reading.bounded(transport.answerCharacters),
      rewriting,
      runResults,
      drafting,
      draftEndings,
      watching,
    }),
    authenticator,
    isOpen: config.auth.none,
    rates: new Rates({ store: rates, clock }),
    limits: transport,
    corsOrigins: config.corsOrigins,
    trusted,
    production: config.production,
    checkStore: () => store.check(),
    expose: () => metrics.expose(),
    observer: requestObserver(log, metrics),
    tracing,
    // Node gathers the randomness of many of these; asked for eight bytes at a time it costs ten times as much.
    newRequestId: () => randomUUID().replaceAll('-', '').slice(0, 16),
    elapsed,
    report,
    clock,
    pingMs,
    drainMs,
  });
  return {
    fetch: (input, init) => server.fetch(new Request(input, init)),
    async listen() {
      await traces?.ready;
      return server.listen(config.host, config.port);
    },
    describeStore: describe,
    async close() {
      authenticator.close();
      await live.close();
      await store.close();
      await traces?.close();
    },
  };
}

export { examine } from './app/diagnosis.ts';
export {
  openErasure,
  openImport,
  openRestore,
  openStore,
  type OpenedErasure,
  type OpenedStore,
} from './app/opening.ts';
