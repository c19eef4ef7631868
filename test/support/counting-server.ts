import type { Clock } from '../../src/core/clock.ts';
import { NotFoundError, UnauthenticatedError } from '../../src/core/errors.ts';
import { Rates, type RateStore } from '../../src/core/rates.ts';
import { createMemoryRates } from '../../src/adapters/memory/rates.ts';
import { systemClock } from '../../src/app/system-clock.ts';
import type { GraphQLContext } from '../../src/graphql/context.ts';
import { schema } from '../../src/graphql/schema.ts';
import type { Authenticator } from '../../src/transport/auth/credential.ts';
import { TRANSPORT_LIMITS, type TransportLimits } from '../../src/transport/limits.ts';
import type { RequestObserver } from '../../src/transport/request-observer.ts';
import { createGraphQLServer } from '../../src/transport/server.ts';
import type { Reachable } from './ways.ts';

export interface CountingOptions {
  readonly production?: boolean;
  readonly limits?: Partial<TransportLimits>;
  readonly rates?: RateStore;
  readonly clock?: Clock;
  /** What a use case answers; NOT_FOUND. */
  readonly respond?: (call: string) => unknown;
}

/** The transports over use cases that do nothing but count. */
export interface CountingServer extends Reachable {
  /** Every call of a use case so far, as `sessions.load`. */
  readonly calls: string[];
  /** Rejects with what the server took for a fault of its own, if there was any. */
  close(): Promise<void>;
}

/** Tokens are names: of a user, or of a service when they begin so. Without one nobody is known. */
const byName: Authenticator = {
  async authenticate(token) {
    if (token === null) throw new UnauthenticatedError();
    const isService = token.startsWith('service');
    return {
      viewer: isService ? { kind: 'SERVICE', userId: null } : { kind: 'USER', userId: token },
      caller: `${isService ? 'service' : 'user'} ${token}`,
      expiresAt: null,
      isRevoked: () => false,
    };
  },
  close: () => undefined,
};

const USE_CASES = [
  'sessions',
  'writing',
  'reading',
  'rewriting',
  'runResults',
  'drafting',
  'draftEndings',
  'watching',
] as const;

/** Serves on a free port of the loopback address, with production settings unless told otherwise. */
const UNOBSERVED: RequestObserver = {
  ended: () => undefined,
  delivered: () => undefined,
  watched: () => undefined,
  connected: () => undefined,
  cut: () => undefined,
};

export async function startCountingServer({
  production = true,
  limits = {},
  clock = systemClock,
  rates = createMemoryRates(clock),
  respond = () => {
    throw new NotFoundError();
  },
}: CountingOptions = {}): Promise<CountingServer> {
  const calls: string[] = [];
  const faults: unknown[] = [];
  const counting = (name: string): unknown =>
    new Proxy(
      {},
      {
        get: (_target, method) => () => {
          const call = `${name}.${String(method)}`;
          calls.push(call);
          return respond(call);
        },
      },
    );
  const useCases = Object.fromEntries(USE_CASES.map((name) => [name, counting(name)]));
  const server = createGraphQLServer({
    schema,
    context: (origin) => ({ ...useCases, ...origin }) as unknown as GraphQLContext,
    authenticator: byName,
    isOpen: false,
    rates: new Rates({ store: rates, clock }),
    limits: { ...TRANSPORT_LIMITS, userRate: 0, ...limits },
    corsOrigins: [],
    trusted: null,
    production,
    checkStore: async () => undefined,
    expose: async () => ({ contentType: 'text/plain', text: '' }),
    observer: UNOBSERVED,
    tracing: null,
    newRequestId: () => 'request',
    elapsed: () => performance.now(),
    report: (error) => void faults.push(error),
    clock,
    pingMs: 12_000,
    drainMs: 1_000,
  });
  const running = await server.listen('127.0.0.1', 0);
  return {
    endpoint: `${running.url}/graphql`,
    fetch: server.fetch,
    calls,
    async close() {
      await running.close();
      if (faults.length > 0) throw new AggregateError(faults, 'The server has met faults of its own.');
    },
  };
}
