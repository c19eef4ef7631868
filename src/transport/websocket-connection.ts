import type { IncomingMessage } from 'node:http';
import type { Server } from 'graphql-ws';
import type { WebSocket } from 'ws';
import type { Clock } from '../core/clock.ts';
import type { ReportFault } from '../graphql/errors.ts';
import { Intake } from './intake.ts';
import type { Outlets } from './outlet.ts';
import type { RequestObserver } from './request-observer.ts';
import { Flood } from './websocket-flood.ts';
import { SocketOutlet } from './websocket-outlet.ts';
import { isOfServers, withQuery } from './websocket-message.ts';
import type { Extra } from './websocket-protocol.ts';

export interface ConnectionOptions {
  readonly protocol: Server<Extra>;
  readonly outlets: Outlets;
  readonly clock: Clock;
  /** Milliseconds between pings; a socket that answers none until the next is cut. */
  readonly pingMs: number;
  /** Pings and pongs that a client may send in a second. */
  readonly controlFrames: number;
  /** What comes while the server closes could be done, but not be answered. */
  readonly isClosing: () => boolean;
  readonly observer: RequestObserver;
  readonly report: ReportFault;
}

/** What a close frame has room for beside its code, bytes. */
const LONGEST_REASON = 123;
const PONG = '{"type":"pong"}';

/** Runs the protocol on one socket, and watches over it. */
export function connectSocket(socket: WebSocket, request: IncomingMessage, options: ConnectionOptions): void {
  const { protocol, outlets, clock, pingMs, isClosing, observer, report } = options;
  const outlet = new SocketOutlet(socket, request.socket, outlets);
  const { authorization, traceparent } = request.headers;
  const listeners: (() => void)[] = [];
  let isClosed = false;
  // Who a client is may be found out when it has left.
  const onClose = (listener: () => void): void => (isClosed ? listener() : void listeners.push(listener));
  const close = (code: number, reason: string): void => {
    outlet.flush();
    socket.close(code, fitting(reason));
  };
  const flood = new Flood(socket, close, options);
  // Resolves when the socket took it: who is slow to read is slow to be asked for the next event.
  const send = (text: string): Promise<void> =>
    new Promise((resolve) => {
      // An error closes the socket, and closing ends its operations.
      outlet.say(text, resolve);
    });
  let receive = async (_message: string): Promise<void> => {};
  const intake = new Intake({
    socket,
    outlet,
    receive: (message) => {
      if (isClosing() || socket.readyState !== socket.OPEN) return;
      receive(message).catch((error: unknown) => {
        // The protocol's server throws at what only servers say, and anybody may say it.
        if (isOfServers(message)) return close(4400, 'Invalid message received');
        report(error);
        close(1011, 'Internal server error');
      });
    },
  });
  const closed = protocol.opened(
    {
      protocol: socket.protocol,
      send,
      close,
      // The protocol has pings of its own, beside those of WebSocket; what they carry is not carried back.
      onPing: () => {
        if (flood.takes() && !outlet.isWaiting) void send(PONG);
      },
      onPong: () => void flood.takes(),
      onMessage: (take) => {
        receive = take;
        socket.on('message', (data, isBinary) => {
          if (isBinary || !Buffer.isBuffer(data)) return close(4400, 'Messages are text');
          intake.push(withQuery(data.toString()));
        });
      },
    },
    { authorization, traceparent, outlet, intake, close, onClose, running: 0 },
  );
  observer.connected(1);
  onClose(() => observer.connected(-1));
  onClose(() => intake.close());
  const isBusy = (): boolean => outlet.isWaiting || intake.isPaused;
  onClose(keepAlive(socket, isBusy, clock, pingMs));
  onClose(() => flood.end());
  socket.on('ping', (data) => {
    if (flood.takes() && !outlet.isWaiting) socket.pong(data);
  });
  socket.on('pong', () => void flood.takes());
  socket.on('error', () => {
    // ws closes the socket with the code that fits (1002, 1007, 1008, 1009); `close` follows.
  });
  socket.once('close', (code, reason) => {
    isClosed = true;
    for (const listener of listeners) listener();
    closed(code, String(reason)).catch(report);
  });
}

function fitting(reason: string): string {
  return Buffer.from(reason).length <= LONGEST_REASON ? reason : '';
}

/** @param isBusy Whether a ping would stand behind what waits, or its pong would not be read. */
function keepAlive(socket: WebSocket, isBusy: () => boolean, clock: Clock, pingMs: number): () => void {
  let alive = true;
  socket.on('pong', () => {
    alive = true;
  });
  return clock.every(pingMs, () => {
    // Whether it takes what waits for it is watched by the outlet.
    if (isBusy()) {
      alive = true;
      return;
    }
    if (!alive) return socket.terminate();
    alive = false;
    socket.ping();
  });
}
