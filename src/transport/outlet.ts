import type { EventEmitter } from 'node:events';
import type { Clock } from '../core/clock.ts';

/** Where the bytes of one connection go: a socket, or an answer on its socket. */
export interface OutletStream extends EventEmitter {
  /** Bytes that were written and not yet handed to the system. */
  readonly writableLength: number;
  readonly destroyed: boolean;
}

export interface OutletOptions {
  readonly stream: OutletStream;
  /** Bytes handed to the system so far, and those that wait; only their difference to earlier ones counts. */
  readonly written: () => number;
  /** Ends the connection of a client that does not read. */
  readonly cut: () => void;
}

/** As much may wait in this process for one connection before it counts as full. */
const FULL_BYTES = 64 * 1024;
/** Looks that find no progress before a connection is cut. */
const LOOKS = 4;

/** Back-pressure of one connection. */
export interface Outlet {
  /** False: what comes next must wait for `ready`. */
  readonly isFree: boolean;
  /** Resolves when it is free, or gone. */
  ready(): Promise<void>;
}

interface Watched {
  readonly options: OutletOptions;
  sent: number;
  looks: number;
}

/**
 * The connections of a server, and the watch over those that do not drain: one that takes nothing for a while is cut. Its
 * client loses nothing, since it comes back with its cursor.
 */
export class Outlets {
  readonly #full = new Set<Watched>();
  readonly #clock: Clock;
  readonly #stallMs: number;
  #stop: (() => void) | undefined;

  /** @param stallMs Milliseconds without progress after which a full connection is cut; up to a quarter more. */
  constructor(clock: Clock, stallMs: number) {
    this.#clock = clock;
    this.#stallMs = stallMs;
  }

  open(options: OutletOptions): Outlet {
    const { stream } = options;
    const isFree = (): boolean => stream.destroyed || stream.writableLength < FULL_BYTES;
    let waiting: Promise<void> | undefined;
    return {
      get isFree() {
        return isFree();
      },
      ready: async () => {
        if (isFree()) return;
        waiting ??= this.#drained(options).finally(() => (waiting = undefined));
        await waiting;
      },
    };
  }

  async #drained(options: OutletOptions): Promise<void> {
    const { stream } = options;
    const watched = { options, sent: sentBy(options), looks: 0 };
    this.#full.add(watched);
    this.#stop ??= this.#clock.every(this.#stallMs / LOOKS, () => this.#look());
    await new Promise<void>((resolve) => {
      const settle = (): void => {
        stream.off('drain', settle);
        stream.off('close', settle);
        resolve();
      };
      stream.on('drain', settle);
      stream.on('close', settle);
    });
    this.#full.delete(watched);
    if (this.#full.size > 0) return;
    this.#stop?.();
    this.#stop = undefined;
  }

  #look(): void {
    for (const watched of this.#full) {
      const sent = sentBy(watched.options);
      watched.looks = sent === watched.sent ? watched.looks + 1 : 0;
      watched.sent = sent;
      if (watched.looks >= LOOKS) watched.options.cut();
    }
  }
}

function sentBy({ written, stream }: OutletOptions): number {
  return written() - stream.writableLength;
}
