import type { AddressInfo, Socket } from 'node:net';
import type { GraphQLSchema } from 'graphql';
import type { Clock } from '../core/clock.ts';
import type { GraphQLContext } from '../graphql/context.ts';
import type { ReportFault } from '../graphql/errors.ts';
import { Answers } from './answers.ts';
import { createGraphQLPipeline, type GraphQLPipeline } from './graphql.ts';
import { createHttpServer } from './http.ts';
import { Outlets } from './outlet.ts';
import { Streams } from './streams.ts';
import { Subscriptions } from './subscriptions.ts';
import { serveWebSocket } from './websocket.ts';

export interface ServerOptions {
  readonly schema: GraphQLSchema;
  readonly context: () => GraphQLContext;
  readonly checkStore: () => Promise<void>;
  readonly report: ReportFault;
  readonly clock: Clock;
  /** Milliseconds between signs of life on every connection that streams. */
  readonly pingMs: number;
  /** Milliseconds after which a client that takes nothing of what waits for it is cut. */
  readonly stallMs: number;
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
  readonly pipeline: GraphQLPipeline;
  /** @throws the listening socket's error, such as an address in use. */
  listen(host: string, port: number): Promise<RunningServer>;
}

const PATH = '/graphql';
/** How often a server that ends looks for connections on which nothing more is asked. */
const IDLE_LOOK_MS = 50;

/** All transports over one pipeline and one port. */
export function createGraphQLServer(options: ServerOptions): GraphQLServer {
  const { schema, context, checkStore, report, clock, pingMs, stallMs, drainMs } = options;
  const pipeline = createGraphQLPipeline({ schema, context, report });
  const subscriptions = new Subscriptions(report);
  const outlets = new Outlets(clock, stallMs);
  const live = { pipeline, subscriptions, outlets, report };
  const streams = new Streams({ ...live, clock, heartbeatMs: pingMs });
  let closing = false;
  const http = createHttpServer({
    pipeline,
    answers: new Answers({ pipeline, report }),
    streams,
    path: PATH,
    checkStore,
    isClosing: () => closing,
    report,
  });
  const webSockets = serveWebSocket({ ...live, server: http, path: PATH, pingMs });
  const connections = new Set<Socket>();
  http.on('connection', (socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
  });

  async function close(): Promise<void> {
    closing = true;
    const closed = new Promise<void>((resolve) => http.close(() => resolve()));
    const cut = setTimeout(() => {
      webSockets.terminate();
      http.closeAllConnections();
    }, drainMs);
    await webSockets.close();
    streams.cut();
    http.closeIdleConnections();
    // Node counts connections on which nothing was asked yet as busy; browsers keep some ready.
    for (const socket of connections) if (socket.bytesRead === 0) socket.destroy();
    // And those whose requests are answered from now on.
    const stopLooking = clock.every(IDLE_LOOK_MS, () => http.closeIdleConnections());
    await closed;
    stopLooking();
    clearTimeout(cut);
    webSockets.terminate();
  }

  return {
    pipeline,
    async listen(host, port) {
      await new Promise<void>((resolve, reject) => {
        http.once('error', reject);
        http.listen(port, host, () => {
          http.off('error', reject);
          resolve();
        });
      });
      const address = http.address() as AddressInfo;
      return { url: `http://${inUrl(host, address)}:${address.port}`, close };
    },
  };
}

/** The name that people type: localhost for the loopback address, the address in brackets where it has colons. */
function inUrl(host: string, address: AddressInfo): string {
  if (host === '127.0.0.1' || host === 'localhost') return 'localhost';
  return address.family === 'IPv6' ? `[${address.address}]` : address.address;
}
