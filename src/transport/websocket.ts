import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ExecutionArgs } from 'graphql';
import { handleProtocols, makeServer } from 'graphql-ws';
import { WebSocketServer, type WebSocket } from 'ws';
import { clientError, type ReportFault } from '../graphql/errors.ts';
import type { GraphQLPipeline } from './graphql.ts';
import { Intake } from './intake.ts';
import { prepareOperation, type Operation } from './operation.ts';
import type { Outlets } from './outlet.ts';
import { pathOf } from './path.ts';
import { errorsOf, toldErrors } from './payload.ts';
import type { Subscriptions } from './subscriptions.ts';
import { runOnSocket, SocketOutlet } from './websocket-outlet.ts';

export interface WebSocketOptions {
  readonly server: Server;
  readonly path: string;
  readonly pipeline: GraphQLPipeline;
  readonly subscriptions: Subscriptions;
  readonly outlets: Outlets;
  readonly report: ReportFault;
  /** Milliseconds between pings; a socket that answers none until the next is cut. */
  readonly pingMs: number;
}

/** Largest frame taken from a client, bytes; larger writes go by HTTP. */
const FRAME_BYTES = 256 * 1024;
/** Tells clients to come back: another server, or this one again, will answer. */
const SERVICE_RESTART = 1012;

interface Extra {
  readonly request: IncomingMessage;
  readonly outlet: SocketOutlet;
  readonly intake: Intake;
}

/** What an operation is run by: its socket, and the id that its client gave it. */
interface Running {
  readonly operation: Operation;
  readonly extra: Extra;
  readonly id: string;
}

/** GraphQL over WebSocket (graphql-transport-ws) on an HTTP server. */
export function serveWebSocket(options: WebSocketOptions) {
  const { server, path, pipeline, subscriptions, outlets, report, pingMs } = options;
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: FRAME_BYTES,
    // Compressing per message costs more than it saves on small events, and memory on every socket.
    perMessageDeflate: false,
    handleProtocols,
  });
  /** Operations that were asked for and have neither been answered nor begun to stream; a shutdown waits for them. */
  let begun = 0;
  let onSettled: (() => void) | undefined;
  let closing = false;
  const begin = ({ intake }: Extra): void => {
    begun++;
    intake.begin();
  };
  const settle = ({ intake }: Extra): void => {
    begun--;
    intake.end();
    if (begun === 0) onSettled?.();
  };

  const protocol = makeServer<Record<string, unknown>, Extra>({
    onSubscribe: async ({ extra, connectionParams }, id, payload) => {
      // Not under the name `request`: rules for HTTP requests would take the operation for a GET.
      const stages = pipeline.stages({ upgrade: extra.request, connectionParams });
      begin(extra);
      try {
        const operation = await prepareOperation(stages, payload);
        return { ...operation.args, rootValue: { operation, extra, id } satisfies Running };
      } catch (error) {
        setImmediate(settle, extra);
        // What is thrown here would close the socket, and with it every other operation on it.
        return errorsOf(error).map((one) => clientError(one, report));
      }
    },
    execute: async (args) => {
      const { operation, extra } = runningOf(args);
      try {
        return await operation.stages.execute(operation.args);
      } finally {
        // The answer goes out in the turns that follow.
        setImmediate(settle, extra);
      }
    },
    subscribe: async (args) => {
      const { operation, extra, id } = runningOf(args);
      settle(extra);
      return runOnSocket(await subscriptions.open(operation), extra.outlet, id);
    },
    onNext: (_context, _id, _payload, _args, { data = null, errors }) =>
      errors === undefined ? undefined : { data, errors: [...toldErrors(errors, report)] },
    onError: (_context, _id, _payload, errors) => [...toldErrors(errors, report)],
  });

  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    // Node leaves an upgraded socket to whoever handles it: without a listener a reset would end the process.
    socket.on('error', () => socket.destroy());
    if (pathOf(request) !== path) {
      socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      connect(webSocket, request);
    });
  };
  server.on('upgrade', onUpgrade);

  function connect(socket: WebSocket, request: IncomingMessage): void {
    const outlet = new SocketOutlet(socket, request.socket, outlets);
    let receive = async (_message: string): Promise<void> => {};
    const intake = new Intake({
      socket,
      outlet,
      receive: (message) => {
        // What comes while the socket closes could be done, but not be answered.
        if (closing) return;
        receive(message).catch((error: unknown) => {
          report(error);
          socket.close(1011, 'Internal server error');
        });
      },
    });
    let alive = true;
    const pinging = setInterval(() => {
      // A ping would stand behind what waits; whether that is taken is watched by the outlet. A pong would not be read.
      if (outlet.isWaiting || intake.isPaused) {
        alive = true;
        return;
      }
      if (!alive) return socket.terminate();
      alive = false;
      socket.ping();
    }, pingMs);
    const closed = protocol.opened(
      {
        protocol: socket.protocol,
        // Resolves when the socket took it: who is slow to read is slow to be asked for the next event.
        send: (data) =>
          new Promise((resolve) => {
            // An error closes the socket, and closing ends its operations.
            socket.send(data, () => resolve());
          }),
        close: (code, reason) => socket.close(code, reason),
        onMessage: (take) => {
          receive = take;
          socket.on('message', (data, isBinary) => {
            if (isBinary || !Buffer.isBuffer(data)) return socket.close(4400, 'Messages are text');
            intake.push(data.toString());
          });
        },
      },
      { request, outlet, intake },
    );
    socket.on('pong', () => {
      alive = true;
    });
    socket.on('error', () => {
      // ws closes the socket with the code that fits (1002, 1007, 1009); `close` follows.
    });
    socket.once('close', (code, reason) => {
      clearInterval(pinging);
      intake.close();
      closed(code, String(reason)).catch(report);
    });
  }

  return {
    /** Answers what was asked, then tells every client to come back. */
    async close(): Promise<void> {
      server.off('upgrade', onUpgrade);
      closing = true;
      if (begun > 0) await new Promise<void>((resolve) => (onSettled = resolve));
      for (const socket of sockets.clients) socket.close(SERVICE_RESTART, 'Service restart');
    },
    /** Cuts what has not closed. */
    terminate(): void {
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
    },
  };
}

function runningOf(args: ExecutionArgs): Running {
  return args.rootValue as Running;
}
