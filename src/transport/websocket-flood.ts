import type { WebSocket } from 'ws';
import type { Clock } from '../core/clock.ts';

export interface FloodOptions {
  readonly clock: Clock;
  /** Pings and pongs that a client may send in a second. */
  readonly controlFrames: number;
}

const TRY_AGAIN_LATER = 1013;
/** What a client that sends too much is given to read why it is cut. */
const GRACE_MS = 1_000;

/** Bounds what costs a client nothing to send, on one socket: each is an answer, and one that nobody reads stays in memory. */
export class Flood {
  readonly #socket: WebSocket;
  readonly #close: (code: number, reason: string) => void;
  readonly #options: FloodOptions;
  #count = 0;
  #since: number;
  #grace: NodeJS.Timeout | undefined;

  /** @param close Closes the socket behind what it is to be sent. */
  constructor(socket: WebSocket, close: (code: number, reason: string) => void, options: FloodOptions) {
    this.#socket = socket;
    this.#close = close;
    this.#options = options;
    this.#since = options.clock.now();
  }

  /** Counts one. False: it is one too many, and the socket is closed. */
  takes(): boolean {
    const { clock, controlFrames } = this.#options;
    const now = clock.now();
    if (now - this.#since >= 1_000) {
      this.#since = now;
      this.#count = 0;
    }
    if (++this.#count <= controlFrames) return true;
    this.#cut();
    return false;
  }

  /** The socket is gone. */
  end(): void {
    clearTimeout(this.#grace);
  }

  #cut(): void {
    if (this.#grace !== undefined) return;
    this.#close(TRY_AGAIN_LATER, 'Too many pings');
    this.#grace = setTimeout(() => this.#socket.terminate(), GRACE_MS);
  }
}
