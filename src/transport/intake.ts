import type { WebSocket } from 'ws';
import type { SocketOutlet } from './websocket-outlet.ts';

export interface IntakeOptions {
  readonly socket: WebSocket;
  readonly outlet: SocketOutlet;
  /** Acts on a message; begins the operation that it asks for, if any, before it returns. */
  readonly receive: (message: string) => void;
}

/** Operations of one socket that may be on their way to an answer at the same time. */
const MOST_AT_ONCE = 32;

/**
 * The messages of one WebSocket, taken no faster than its client reads what it is answered: one that only asks would fill
 * the memory with answers. What was read of the connection already is held meanwhile, some tens of kilobytes.
 */
export class Intake {
  readonly #options: IntakeOptions;
  #held: string[] = [];
  #begun = 0;
  #isWaiting = false;

  constructor(options: IntakeOptions) {
    this.#options = options;
  }

  /** Whether nothing is read of the connection. */
  get isPaused(): boolean {
    return this.#held.length > 0;
  }

  push(message: string): void {
    this.#held.push(message);
    this.#go();
  }

  /** An operation has begun. */
  begin(): void {
    this.#begun++;
  }

  /** An operation has its answer, or streams. */
  end(): void {
    this.#begun--;
    this.#go();
  }

  /** Forgets what is held: nobody is left to be answered. */
  close(): void {
    this.#held = [];
  }

  #go(): void {
    const { socket, outlet, receive } = this.#options;
    for (let [message] = this.#held; message !== undefined; [message] = this.#held) {
      if (this.#isWaiting) return;
      if (this.#begun >= MOST_AT_ONCE || !outlet.isFree) {
        socket.pause();
        if (!outlet.isFree) this.#wait();
        return;
      }
      this.#held.shift();
      receive(message);
    }
    if (socket.isPaused) socket.resume();
  }

  #wait(): void {
    this.#isWaiting = true;
    void this.#options.outlet.ready().then(() => {
      this.#isWaiting = false;
      this.#go();
    });
  }
}
