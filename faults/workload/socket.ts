import { WebSocket } from 'ws';
import { z } from 'zod';

const MESSAGE = z.object({ type: z.string(), id: z.string().optional(), payload: z.unknown().optional() });

/** What becomes of one operation on a socket. */
export interface SocketSink {
  next(payload: unknown): void;
  /** It was refused or broke off; the payload is a list of errors. */
  error(payload: unknown): void;
  complete(): void;
}

/** graphql-transport-ws without a client's comforts: nothing is repeated, nothing is hidden. */
export class Socket {
  readonly #socket: WebSocket;
  readonly #sinks = new Map<string, SocketSink>();
  #operations = 0;
  /** Resolves when the connection is gone, whoever ended it. */
  readonly closed: Promise<number>;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    this.closed = new Promise((resolve) => socket.once('close', resolve));
    socket.on('message', (data: Buffer) => this.#hear(data));
  }

  /** Rejects when the connection is not acknowledged in time. */
  static async open(endpoint: string, token: string | null, patienceMs: number): Promise<Socket> {
    const webSocket = new WebSocket(endpoint.replace(/^http/, 'ws'), 'graphql-transport-ws');
    // What breaks closes the socket, and `closed` tells.
    webSocket.on('error', () => undefined);
    const socket = new Socket(webSocket);
    const acknowledged = new Promise<void>((resolve) => {
      socket.#sinks.set('', { next: resolve, error: () => undefined, complete: () => undefined });
    });
    webSocket.once('open', () => {
      socket.#send({ type: 'connection_init', payload: token === null ? {} : { token } });
    });
    const timer = setTimeout(() => webSocket.terminate(), patienceMs);
    const isOpen = await Promise.race([acknowledged.then(() => true), socket.closed.then(() => false)]);
    clearTimeout(timer);
    if (!isOpen) throw new Error('The connection was not acknowledged.');
    return socket;
  }

  /** Returns what ends the operation. */
  subscribe(query: string, variables: Readonly<Record<string, unknown>>, sink: SocketSink): () => void {
    const id = String(++this.#operations);
    this.#sinks.set(id, sink);
    this.#send({ id, type: 'subscribe', payload: { query, variables } });
    return () => {
      if (this.#sinks.delete(id)) this.#send({ id, type: 'complete' });
    };
  }

  /** Takes nothing that comes, until `resume`. */
  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  /** Cuts the connection without a word. */
  terminate(): void {
    this.#socket.terminate();
  }

  #send(message: unknown): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  #hear(data: Buffer): void {
    const { type, id = '', payload } = MESSAGE.parse(JSON.parse(data.toString()));
    const sink = this.#sinks.get(id);
    if (type === 'connection_ack' || type === 'next') sink?.next(payload);
    if (type === 'error' || type === 'complete') this.#sinks.delete(id);
    if (type === 'error') sink?.error(payload);
    if (type === 'complete') sink?.complete();
    if (type === 'ping') this.#send({ type: 'pong' });
  }
}
