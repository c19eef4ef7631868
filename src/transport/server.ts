import type { AddressInfo, Socket } from 'node:net';
import type { GraphQLSchema } from 'graphql';
import type { Clock } from '../core/clock.ts';
import type { Rates } from '../core/rates.ts';
import type { Tracing } from '../core/tracing.ts';
import { Documents } from '../graphql/documents.ts';
import { Admission } from './admission.ts';
import { Answers } from './answers.ts';
import type { Authenticator } from './auth/credential.ts';
import { CredentialWatch } from './auth/credential-watch.ts';
import type { createFetch } from './fetch.ts';
import { createHttpServer } from './http.ts';
import type { TransportLimits } from './limits.ts';
import { Hosts } from './hosts.ts';
import { Operations, type OperationsOptions } from './operations.ts';
import { Origins } from './origins.ts';
import { OperatorEndpoints, type Exposition } from './operator-endpoints.ts';
import { Outlets } from './outlet.ts';
import { LoadedPace } from './pace.ts';
import { Quota } from './quota.ts';
import type { RequestObserver } from './request-observer.ts';
import { RequestRecords } from './request-record.ts';
import { Streams } from './streams.ts';
import { Subscriptions } from './subscriptions.ts';
import type { TrustedDocuments } from './trusted-documents.ts';
import { serveWebSocket } from './websocket.ts';

export interface ServerOptions {
  readonly schema: GraphQLSchema;
  readonly context: OperationsOptions['context'];
  readonly authenticator: Authenticator;
  /** Whether everybody is a service: nobody can be told from a stranger then. */
  readonly isOpen: boolean;
  readonly rates: Rates;
  readonly limits: TransportLimits;
  /** Origins whose pages may call the server, beside its own. */
  readonly corsOrigins: readonly string[];
  /** The only documents that are executed; null: any is. */
  readonly trusted: TrustedDocuments | null;
  readonly production: boolean;
  readonly checkStore: () => Promise<void>;
  /** What is measured. */
  readonly expose: () => Promise<Exposition>;
  /** Told of the server's own faults, and in which request, if it was in one. */
  readonly report: (error: unknown, requestId?: string) => void;
  readonly observer: RequestObserver;
  /** null: requests are not traced. */
  readonly tracing: Tracing | null;
  /** Ids of requests that bring none. */
  readonly newRequestId: () => string;
  /** Milliseconds since some moment, never backwards. */
  readonly elapsed: () => number;
  readonly clock: Clock;
  /** Milliseconds between signs of life on every connection that streams. */
  readonly pingMs: number;
  /** Milliseconds that a shutdown gives requests before it cuts them. */
  readonly drainMs: number;
}

export interface RunningServer {
  /** Where it is reached, without a path. */
  readonly url: string;
  /** Lets requests finish, tells subscribers to come back, and resolves when no connection is left. */
  close(): Promise<void>;
}

export interface GraphQLServer {
  /** Answers a request without a port. */
  readonly fetch: (request: Request) => Promise<Response>;
  /** @throws the listening socket's error, such as an address in use. */
  listen(host: string, port: number): Promise<RunningServer>;
}

const PATH = '/graphql';
/** How often a server that ends looks for connections on which nothing more is asked. */
const IDLE_LOOK_MS = 50;
/** Milliseconds that a new connection has for its first bytes while the server ends: a client sends them as it connects. */
const FIRST_BYTES_MS = 250;

/** All transports over one pipeline and one port. */
export function createGraphQLServer(options: ServerOptions): GraphQLServer {
  const { authenticator, rates, limits, corsOrigins, trusted, production, clock, report } = options;
  const { schema, context, isOpen, checkStore, expose, pingMs, drainMs } = options;
  const { observer, tracing, newRequestId, elapsed } = options;
  const records = new RequestRecords({ newId: newRequestId, elapsed, observer, tracing, report });
  const operations = new Operations({
    schema,
    context,
    documents: new Documents({ schema, limits, suggestions: !production }),
    trusted,
    rates,
    limits,
    mayIntrospect: ({ viewer }) => !production || (viewer.kind === 'SERVICE' && !isOpen),
  });
  const admission = new Admission(authenticator, limits);
  const origins = new Origins(corsOrigins);
  const hosts = new Hosts({ isOpen, corsOrigins });
  const live = {
    operations,
    subscriptions: new Subscriptions(limits.answerCharacters, report, new LoadedPace(elapsed)),
    outlets: new Outlets(clock, limits, () => observer.cut()),
    watch: new CredentialWatch(clock),
    quota: new Quota(limits.subscriptionsPerUser),
    clock,
    records,
    report: (error: unknown) => report(error),
  };
  const streams = new Streams({ ...live, admission, heartbeatMs: pingMs });
  let fetching: Promise<ReturnType<typeof createFetch>> | undefined;
  let closing = false;
  const isClosing = (): boolean => closing;
  const operators = new OperatorEndpoints({
    admission,
    hosts,
    origins,
    checkStore,
    isClosing,
    expose,
    report: live.report,
  });
  const http = createHttpServer({
    answers: new Answers({ admission, operations }),
    streams,
    origins,
    hosts,
    limits,
    path: PATH,
    hasPlayground: !production,
    guardsGet: production,
    operators,
    records,
    isClosing,
  });
  const sockets = new Quota(limits.socketsPerUser);
  const webSockets = serveWebSocket({
    ...live,
    authenticator,
    origins,
    hosts,
    limits,
    sockets,
    observer,
    server: http,
    path: PATH,
    pingMs,
  });
  const connections = new Set<Socket>();
  http.on('connection', (socket) => {
    // One that asked for another protocol comes again.
    if (connections.has(socket)) return;
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
  });

  async function close(): Promise<void> {
    closing = true;
    streams.cut();
    // Node closes what is idle with the server, whatever has arrived on it.
    await arrivedIsRead();
    const closed = new Promise<void>((resolve) => http.close(() => resolve()));
    const cut = setTimeout(() => {
      webSockets.terminate();
      http.closeAllConnections();
    }, drainMs);
    await webSockets.close();
    http.closeIdleConnections();
    // Node counts connections on which nothing was asked yet as busy; browsers keep some ready.
    const silent = setTimeout(() => {
      for (const socket of connections) if (socket.bytesRead === 0) socket.destroy();
    }, FIRST_BYTES_MS);
    // And those whose requests are answered from now on.
    const stopLooking = clock.every(IDLE_LOOK_MS, () => http.closeIdleConnections());
    await closed;
    stopLooking();
    clearTimeout(silent);
    clearTimeout(cut);
    webSockets.terminate();
  }

  return {
    async fetch(request) {
      // Yoga would be a quarter of the time of a start, and servers with a port have no use for it.
      fetching ??= import('./fetch.ts').then(({ createFetch }) =>
        createFetch({ ...live, authenticator, limits }),
      );
      return (await fetching)(request);
    },
    async listen(address, port) {
      hosts.listenOn(address);
      await new Promise<void>((resolve, reject) => {
        http.once('error', reject);
        http.listen(port, address, () => {
          http.off('error', reject);
          resolve();
        });
      });
      const bound = http.address() as AddressInfo;
      return { url: `http://${inUrl(address, bound)}:${bound.port}`, close };
    },
  };
}

/** Resolves when connections that have arrived are accepted, and read: a turn of the event loop begins with that. */
async function arrivedIsRead(): Promise<void> {
  for (let turns = 0; turns < 3; turns++) await new Promise((resolve) => setImmediate(resolve));
}

/** The name that people type: localhost for the loopback address, the address in brackets where it has colons. */
function inUrl(host: string, address: AddressInfo): string {
  if (host === '127.0.0.1' || host === 'localhost') return 'localhost';
  return address.family === 'IPv6' ? `[${address.address}]` : address.address;
}
