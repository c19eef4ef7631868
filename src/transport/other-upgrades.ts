import { ServerResponse, type IncomingMessage, type Server } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** Whether a request asks for a WebSocket. */
export function asksForWebSocket({ headers: { upgrade } }: IncomingMessage): boolean {
  return upgrade?.toLowerCase() === 'websocket';
}

/** What asks for an upgrade, and for nothing else. */
const UPGRADING = new Set(['connection', 'upgrade', 'http2-settings']);

/**
 * Reads a request on as if it had not asked for its upgrade, as RFC 9110, section 7.8, has it: clients such as Java's ask
 * for HTTP/2 with whatever they send. Node has left the connection in front of the body, so the head is put back without
 * what asked, and the server is given the connection as a new one.
 */
export function readOn(server: Server, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  if (socket.destroyed) return;
  // Requests that came before on the same connection are answered first; two at once would meet on it.
  const answering: unknown = Reflect.get(socket, '_httpMessage');
  if (answering instanceof ServerResponse) {
    answering.once('close', () => readOn(server, request, socket, head));
    return;
  }
  // The time that a connection may be idle goes on, else, while this request is answered.
  if (socket instanceof Socket) socket.setTimeout(0);
  socket.off('error', cut);
  socket.unshift(Buffer.concat([headOf(request), head]));
  server.emit('connection', socket);
}

function headOf({ method, url, httpVersion, rawHeaders }: IncomingMessage): Buffer {
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? '';
    if (!UPGRADING.has(name.toLowerCase())) lines.push(`${name}: ${rawHeaders[at + 1]}`);
  }
  // As Node has read it: a character for each byte.
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
}

/**
 * For a socket that nobody else listens to: a reset would end the process. Knows only its socket: as long as that lives, a
 * function made for each would keep the request, too.
 */
export function cut(this: Duplex): void {
  this.destroy();
}
