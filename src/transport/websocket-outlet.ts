import type { Socket } from 'node:net';
import type { ExecutionResult } from 'graphql';
import type { WebSocket } from 'ws';
import type { Sink } from '../core/feed/audience.ts';
import type { Outlet, Outlets } from './outlet.ts';
import { Parcel } from './parcel.ts';
import { Payload } from './payload.ts';
import { writeThrough } from './scratch.ts';
import type { Subscription } from './subscriptions.ts';
import { beginText, MOST_BEFORE } from './websocket-frame.ts';
import { headOf, isLarge, restOfMessage, type Head } from './websocket-frames.ts';

/** The server is overloaded, or this reader was too slow: clients come back with their cursors. */
const TRY_AGAIN_LATER = 1013;
const GRACE_MS = 5_000;
/** From so many characters on the protocol's own messages go by themselves. */
const LONG = 4 * 1024;
/** Bytes of a character in UTF-8, at most. */
const WIDEST = 3;

/** Results of an operation, or a message of the protocol behind them. */
type Pending =
  { readonly head: Head; readonly parcel: Parcel } | { readonly text: string; readonly done: () => void };

/** Of sockets for which nothing waits, most of them; nothing is put in. */
const NOTHING: Pending[] = [];

/** What leaves by one WebSocket: what comes in one turn of the event loop goes to the system in one piece. */
export class SocketOutlet {
  readonly #socket: WebSocket;
  readonly #stream: Socket;
  readonly #outlet: Outlet;
  #pending = NOTHING;
  /** Bytes that it has, about. */
  #size = 0;

  constructor(socket: WebSocket, stream: Socket, outlets: Outlets) {
    this.#socket = socket;
    this.#stream = stream;
    this.#outlet = outlets.open(stream, () => {
      if (socket.readyState !== socket.OPEN) return;
      this.flush();
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
    return this.#outlet.isFreeBeside(this.#size);
  }

  /** Resolves when it is free, or gone. */
  async ready(): Promise<void> {
    while (!this.isFree) {
      if (this.#pending.length > 0) await new Promise<void>((resolve) => setImmediate(resolve));
      await this.#outlet.ready();
    }
  }

  /** Where the payloads of the operation with that id go. */
  sink(id: string): Sink<Parcel> {
    const head = headOf(id);
    return {
      write: (parcel) => {
        this.#gather({ head, parcel }, parcel.frames.size(head));
        return this.isFree;
      },
      ready: () => this.ready(),
    };
  }

  /** Sends a message of the protocol; calls `done` when the socket took it, or is gone. */
  say(text: string, done: () => void): void {
    if (this.#pending.length > 0 && text.length < LONG) {
      this.#gather({ text, done }, MOST_BEFORE + WIDEST * text.length);
      return;
    }
    this.flush();
    this.#socket.send(text, done);
  }

  #gather(pending: Pending, size: number): void {
    this.#size += size;
    if (this.#pending.length === 0 && gathering.push(this) === 1) setImmediate(sendGathered);
    if (this.#pending === NOTHING) this.#pending = [pending];
    else this.#pending.push(pending);
  }

  /** Writes what was gathered: at the end of a turn, and before the socket is closed, since nothing may follow that. */
  flush(): void {
    const pending = this.#pending;
    const size = this.#size;
    this.#pending = NOTHING;
    this.#size = 0;
    if (pending.length === 0) return;
    if (this.#socket.readyState !== this.#socket.OPEN) {
      for (const each of pending) if ('done' in each) each.done();
    } else if (pending.some((each) => 'parcel' in each && each.parcel.frames.hasLarge)) {
      this.#sendEach(pending);
    } else {
      // Whole frames may go beside the library: it has nothing in the making between its own.
      const dones = pending.flatMap((each) => ('done' in each ? each.done : []));
      writeThrough(
        this.#stream,
        size,
        (into) => pending.reduce((at, each) => writeTo(into, at, each), 0),
        dones.length === 0 ? undefined : () => dones.forEach((done) => done()),
      );
    }
  }

  /** Where the second part of a message is shared as it is, and not copied. */
  #sendEach(pending: readonly Pending[]): void {
    this.#stream.cork();
    for (const each of pending) {
      if ('done' in each) {
        this.#socket.send(each.text, each.done);
        continue;
      }
      for (const payload of each.parcel.payloads) {
        if (isLarge(payload)) {
          this.#socket.send(each.head.text, { fin: false });
          this.#socket.send(payload.framed(restOfMessage), { binary: false });
        } else {
          this.#socket.send(`${each.head.text}${restOfMessage(payload)}`);
        }
      }
    }
    this.#stream.uncork();
  }
}

function writeTo(into: Buffer, at: number, pending: Pending): number {
  if ('parcel' in pending) return pending.parcel.frames.write(into, at, pending.head);
  const start = beginText(into, at, Buffer.byteLength(pending.text));
  return start + into.write(pending.text, start);
}

/** Those that have something to write in this turn. */
let gathering: SocketOutlet[] = [];

/** Writes what was gathered on all sockets. */
export function sendGathered(): void {
  const outlets = gathering;
  gathering = [];
  for (const outlet of outlets) outlet.flush();
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
  follow: (sink: Sink<Parcel>) => Sink<Parcel> = (sink) => sink,
): AsyncIterableIterator<ExecutionResult, undefined> {
  const sink = outlet.sink(id);
  const over = { done: true, value: undefined } as const;
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      if (opened instanceof Payload) sink.write(Parcel.of(opened));
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
