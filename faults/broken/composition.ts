import { createHash, randomBytes } from 'node:crypto';
import { createMemoryLive } from '../../src/adapters/memory/live.ts';
import { createMemoryRates } from '../../src/adapters/memory/rates.ts';
import { createMetrics } from '../../src/adapters/prometheus/metrics.ts';
import { createSqliteStore } from '../../src/adapters/sqlite/store.ts';
import { openAuthentication } from '../../src/app/authentication.ts';
import { openStorage, type Storage } from '../../src/app/storage.ts';
import { requestObserver } from '../../src/app/request-log.ts';
import { elapsed, systemClock } from '../../src/app/system-clock.ts';
import { createUseCases } from '../../src/app/use-cases.ts';
import { createLogger } from '../../src/cli/logger.ts';
import { parseConfig, type Config } from '../../src/config.ts';
import { Feeds } from '../../src/core/feed/feeds.ts';
import { Lists } from '../../src/core/feed/lists.ts';
import { Rates } from '../../src/core/rates.ts';
import { schema } from '../../src/graphql/schema.ts';
import { createGraphQLServer } from '../../src/transport/server.ts';
import { serveBareWebSocket } from './bare-web-socket.ts';
import type { Breakage } from './breakage.ts';

export interface Served {
  readonly endpoint: string;
  /** Where it serves WebSockets. */
  readonly socketEndpoint: string;
  stop(): Promise<void>;
}

const log = createLogger('silent', { write: () => undefined });
const digest = (text: string): string => createHash('sha256').update(text).digest('base64url');
const newId = (): string => randomBytes(8).toString('hex');

/**
 * The product in this process, put together as `src/app.ts` does it, with parts of it replaced.
 * @param conditions What the server meets and is not to blame for, such as a slow store.
 */
export async function serveBroken(
  env: Readonly<Record<string, string>>,
  breakage: Breakage,
  conditions: Breakage = {},
): Promise<Served> {
  const given = { PORT: '0', ...env, ...conditions.env, ...breakage.env };
  const config = parseConfig(given);
  const opened =
    breakage.newMark === undefined
      ? await openStorage(config.store, config.redis, log)
      : marked(config, breakage.newMark);
  const met = conditions.storage?.(opened, given) ?? opened;
  const storage = breakage.storage?.(met, given) ?? met;
  const { store, live, rates } = storage;
  const { domain: limits, transport } = config.limits;
  const metrics = createMetrics(systemClock);
  const pollMs = breakage.pollMs ?? conditions.pollMs ?? 2_000;
  const watched = { store, live, clock: systemClock, pollMs, onError: () => undefined };
  const own = createUseCases({
    store,
    limits,
    newId,
    digest,
    feeds: new Feeds(watched),
    lists: new Lists(watched),
  });
  const watching = breakage.watching?.(own.watching, { storage, sessions: own.sessions }) ?? own.watching;
  const useCases = { ...own, watching };
  const authenticator = await openAuthentication(config.auth, log);
  const server = createGraphQLServer({
    schema,
    context: (origin) => ({
      ...useCases,
      ...origin,
      reading: useCases.reading.bounded(transport.answerCharacters),
    }),
    authenticator,
    isOpen: config.auth.none,
    rates: new Rates({ store: rates, clock: systemClock }),
    limits: transport,
    corsOrigins: config.corsOrigins,
    trusted: null,
    production: config.production,
    checkStore: () => store.check(),
    expose: () => metrics.expose(),
    observer: requestObserver(log, metrics),
    tracing: null,
    newRequestId: newId,
    elapsed,
    report: () => undefined,
    clock: systemClock,
    pingMs: 12_000,
    drainMs: 8_000,
  });
  const running = await server.listen(config.host, config.port);
  const bare =
    breakage.bareWebSocket === true
      ? await serveBareWebSocket({ ...useCases, viewer: { kind: 'SERVICE', userId: 'local' } })
      : null;
  const endpoint = `${running.url}/graphql`;
  return {
    endpoint,
    socketEndpoint: bare?.endpoint ?? endpoint,
    async stop() {
      await bare?.stop();
      await running.close();
      authenticator.close();
      await live.close();
      await store.close();
    },
  };
}

function marked({ store: config }: Config, newMark: () => string): Storage {
  if (config.kind !== 'sqlite') throw new RangeError('Marks are replaced on SQLite alone.');
  const memory = createMemoryLive({ onError: () => undefined });
  const { ring: announce, ringList: announceList } = memory;
  const store = createSqliteStore({ path: config.path, clock: systemClock, newMark, announce, announceList });
  return {
    store,
    live: memory.live,
    rates: createMemoryRates(systemClock),
    describe: async () => '',
    inspect: async () => [],
  };
}
