import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { handleProtocols } from 'graphql-ws';
import { WebSocketServer } from 'ws';
import type { Clock } from '../core/clock.ts';
import type { Hosts } from './hosts.ts';
import type { Origins } from './origins.ts';
import { asksForWebSocket, cut, readOn } from './other-upgrades.ts';
import type { Outlets } from './outlet.ts';
import { pathOf } from './path.ts';
import { Pending } from './pending.ts';
import type { RequestObserver } from './request-observer.ts';
import { connectSocket } from './websocket-connection.ts';
import { sendGathered } from './websocket-outlet.ts';
import { createProtocol, type ProtocolOptions } from './websocket-protocol.ts';

export interface WebSocketOptions extends Omit<ProtocolOptions, 'pending'> {
  readonly server: Server;
  readonly path: string;
  readonly origins: Origins;
  readonly hosts: Hosts;
  readonly outlets: Outlets;
  readonly clock: Clock;
  readonly observer: RequestObserver;
  /** Milliseconds between pings; a socket that answers none until the next is cut. */
  readonly pingMs: number;
}

/**
 * Of one message, and pieces in which a fragment arrives. Each is held by itself until the message is whole, and takes a
 * hundred bytes more than what is in it: pieces of one byte would take many times what a message may have.
 */
const MOST_FRAGMENTS = 256;
const MOST_CHUNKS = 4_096;
/** Tells clients to come back: another server, or this one again, will answer. */
const SERVICE_RESTART = 1012;

/** GraphQL over WebSocket (graphql-transport-ws) on an HTTP server. */
export function serveWebSocket(options: WebSocketOptions) {
  const { server, path, origins, hosts, outlets, clock, pingMs, limits, observer, report } = options;
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: limits.frameBytes,
    maxFragments: MOST_FRAGMENTS,
    maxBufferedChunks: MOST_CHUNKS,
    // Compressing per message costs more than it saves on small events, and memory on every socket.
    perMessageDeflate: false,
    // Pings are answered as long as they are no flood.
    autoPong: false,
    handleProtocols,
  });
  const pending = new Pending();
  let closing = false;
  const protocol = createProtocol({ ...options, pending });
  const { controlFrames } = limits;
  const connection = {
    protocol,
    outlets,
    clock,
    pingMs,
    controlFrames,
    isClosing: () => closing,
    observer,
    report,
  };

  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    // Node leaves an upgraded socket to whoever handles it.
    socket.on('error', cut);
    if (!asksForWebSocket(request)) return readOn(server, request, socket, head);
    const fault = hosts.faultOf(request);
    if (fault !== null) return refuse(socket, `${fault.status} ${fault.reason}`);
    if (pathOf(request) !== path) return refuse(socket, '404 Not Found');
    // Browsers open sockets for any page, and send their cookies along; what page it is they say truly.
    if (!origins.isWelcome(request)) return refuse(socket, '403 Forbidden');
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      connectSocket(webSocket, request, connection);
    });
  };
  server.on('upgrade', onUpgrade);

  return {
    /** Answers what was asked, then tells every client to come back. */
    async close(): Promise<void> {
      server.off('upgrade', onUpgrade);
      closing = true;
      await pending.settled();
      sendGathered();
      for (const socket of sockets.clients) socket.close(SERVICE_RESTART, 'Service restart');
    },
    /** Cuts what has not closed. */
    terminate(): void {
      pending.giveUp();
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
    },
  };
}

function refuse(socket: Duplex, status: string): void {
  // Without the second step a client that does not close would keep its half open.
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\n\r\n`, () => socket.destroy());
}
