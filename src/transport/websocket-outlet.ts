import type { Socket } from 'node:net';
import type { ExecutionResult } from 'graphql';
import type { WebSocket } from 'ws';
import type { Sink } from '../core/feed/audience.ts';
import type { Outlet, Outlets } from './outlet.ts';
import { Payload } from './payload.ts';
import type { Subscription } from './subscriptions.ts';
import { textFrame, type Shared } from './websocket-frame.ts';

/** The server is overloaded, or this reader was too slow: clients come back with their cursors. */
const TRY_AGAIN_LATER = 1013;
const GRACE_MS = 5_000;
/** From so many characters on a message goes in two fragments: the second is the same bytes for all that wait for it. */
const SHARED_FROM = 4 * 1024;

/** What leaves by one WebSocket besides the protocol's own messages: the payloads of its subscriptions. */
export class SocketOutlet {
  readonly #socket: WebSocket;
  readonly #stream: Socket;
  readonly #outlet: Outlet;
  #gathering = false;

  constructor(socket: WebSocket, stream: Socket, outlets: Outlets) {
    this.#socket = socket;
    this.#stream = stream;
    this.#outlet = outlets.open(stream, () => {
      if (socket.readyState !== socket.OPEN) return;
      socket.close(TRY_AGAIN_LATER, 'Too slow');
      // The close frame waits behind what is not read: who reads on in time is told.
      setTimeout(() => socket.terminate(), GRACE_MS).unref();
    });
  }

  /** Whether anything waits that the client has not made room for. */
  get isWaiting(): boolean {
    return this.#outlet.isWaiting;
  }

  /** False: what comes next must wait for `ready`. */
  get isFree(): boolean {
    return this.#outlet.isFree;
  }

  /** Resolves when it is free, or gone. */
  ready(): Promise<void> {
    return this.#outlet.ready();
  }

  /** Where the payloads of the operation with that id go. */
  sink(id: string): Sink<Payload> {
    const head = `{"id":${JSON.stringify(id)},"type":"next","payload":`;
    const headBytes = Buffer.byteLength(head);
    return {
      write: (payload) => {
        this.#gather();
        if (payload.json.length < SHARED_FROM) {
          // Whole frames may go beside the library: it has nothing in the making between its own.
          if (this.#socket.readyState === this.#socket.OPEN)
            this.#stream.write(textFrame(head, headBytes, restOf(payload)));
        } else {
          this.#socket.send(head, { fin: false });
          this.#socket.send(payload.framed(restOfMessage), { binary: false });
        }
        return this.#outlet.isFree;
      },
      ready: () => this.#outlet.ready(),
    };
  }

  /** What is written in one turn of the event loop goes to the system in one piece. */
  #gather(): void {
    if (this.#gathering) return;
    this.#gathering = true;
    this.#stream.cork();
    if (gathered.push(this) === 1) setImmediate(sendGathered);
  }

  /** Lets go what was gathered. */
  send(): void {
    this.#gathering = false;
    this.#stream.uncork();
  }
}

/** Those that have written something in this turn. */
let gathered: SocketOutlet[] = [];

function sendGathered(): void {
  const outlets = gathered;
  gathered = [];
  for (const outlet of outlets) outlet.send();
}

/** What follows a head, as bytes once there are several to share them. */
function restOf(payload: Payload): Shared {
  return payload.beginsToBeWritten()
    ? { text: restOfMessage(payload), length: payload.bytes + 1 }
    : payload.framed(restOfMessage);
}

/** What follows a head that is each operation's own. */
function restOfMessage({ json }: Payload): string {
  return `${json}}`;
}

/**
 * A subscription as the protocol's server runs it: the payloads go to the socket by themselves, and what is iterated
 * only ends with them. `onEnd` may be called twice.
 * @param follow What the payloads of a subscription go through.
 */
export function runOnSocket(
  opened: Subscription | Payload,
  outlet: SocketOutlet,
  id: string,
  onEnd: () => void,
  follow: (sink: Sink<Payload>) => Sink<Payload> = (sink) => sink,
): AsyncIterableIterator<ExecutionResult, undefined> {
  const sink = outlet.sink(id);
  const over = { done: true, value: undefined } as const;
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      if (opened instanceof Payload) sink.write(opened);
      else await opened.deliver(follow(sink));
      onEnd();
      return over;
    },
    async return() {
      onEnd();
      if (!(opened instanceof Payload)) await opened.close();
      return over;
    },
  };
}
