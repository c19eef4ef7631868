import { WebSocket, type ClientOptions } from 'ws';

/** A WebSocket without a protocol client, to say what no client would. */
export interface RawSocket {
  /** The messages of the server so far, parsed. */
  readonly messages: readonly any[];
  /** The same as they came. */
  readonly texts: readonly string[];
  /** How many pings of the server have come. */
  readonly pings: number;
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
  /** What is no text or buffer is sent as JSON. */
  send(message: unknown): void;
  /** Sends `connection_init`; resolves when it has been acknowledged. */
  init(): Promise<void>;
  subscribe(id: string, query: string, rest?: object): void;
  /** The messages of one operation so far. */
  of(id: string): readonly any[];
  /** Takes nothing that comes, until `resume`. */
  pause(): void;
  resume(): void;
  /** Cuts the connection without a word. */
  terminate(): void;
}

/**
 * Resolves when the connection is open.
 * @param options What clients of `ws` may choose.
 */
export async function openSocket(
  endpoint: string,
  protocols: readonly string[] = ['graphql-transport-ws'],
  options: ClientOptions = {},
): Promise<RawSocket> {
  const socket = new WebSocket(endpoint.replace(/^http/, 'ws'), [...protocols], options);
  let pings = 0;
  socket.on('ping', () => pings++);
  const messages: any[] = [];
  const texts: string[] = [];
  let acknowledged = (): void => undefined;
  socket.on('message', (data) => {
    // One message is one buffer, unless another form was asked for.
    const text = Buffer.isBuffer(data) ? data.toString() : '';
    const message = JSON.parse(text);
    texts.push(text);
    messages.push(message);
    if (message.type === 'connection_ack') acknowledged();
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.once('close', (code, reason) => resolve({ code, reason: String(reason) }));
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  // Later errors close the socket, and `closed` tells.
  socket.on('error', () => undefined);
  const send = (message: unknown): void =>
    socket.send(typeof message === 'string' || Buffer.isBuffer(message) ? message : JSON.stringify(message));
  return {
    messages,
    texts,
    get pings() {
      return pings;
    },
    closed,
    send,
    async init() {
      const acknowledgement = new Promise<void>((resolve) => (acknowledged = resolve));
      send({ type: 'connection_init' });
      await acknowledgement;
    },
    subscribe: (id, query, rest = {}) => send({ id, type: 'subscribe', payload: { query, ...rest } }),
    of: (id) => messages.filter((message) => message.id === id),
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    terminate: () => socket.terminate(),
  };
}
