import type { Socket } from 'node:net';
import type { Clock } from '../core/clock.ts';

/** Looks that must find no progress before a connection is cut. */
const LOOKS = 4;

export interface OutletLimits {
  /** As much may wait in this process for one connection before it counts as full. */
  readonly bufferedBytes: number;
  /** Milliseconds without progress after which a connection is cut; up to a quarter more. */
  readonly stallMs: number;
}

interface OutletOptions {
  readonly bufferedBytes: number;
  readonly cut: () => void;
  /** Before the first `cut`. */
  readonly onCut: () => void;
  readonly onClose: () => void;
}

/** Back-pressure of one connection, and whether its client takes what is sent. */
export class Outlet {
  readonly #socket: Socket;
  readonly #cut: () => void;
  readonly #onCut: () => void;
  readonly #onClose: () => void;
  readonly #bufferedBytes: number;
  #waiting: Promise<void> | undefined;
  #taken = 0;
  #queued = 0;
  #looks = 0;
  #isCut = false;

  constructor(socket: Socket, { bufferedBytes, cut, onCut, onClose }: OutletOptions) {
    this.#socket = socket;
    this.#bufferedBytes = bufferedBytes;
    this.#cut = cut;
    this.#onCut = onCut;
    this.#onClose = onClose;
    socket.once('close', onClose);
  }

  /** Whether anything waits that the client has not made room for. */
  get isWaiting(): boolean {
    return this.#socket.writableLength > 0;
  }

  /** False: what comes next must wait for `ready`. */
  get isFree(): boolean {
    return this.isFreeBeside(0);
  }

  /** The same where so many bytes wait that are not written yet. */
  isFreeBeside(bytes: number): boolean {
    return this.#socket.destroyed || this.#socket.writableLength + bytes < this.#bufferedBytes;
  }

  /** Resolves when it is free, or gone. */
  async ready(): Promise<void> {
    if (this.isFree) return;
    this.#waiting ??= this.#drained().finally(() => (this.#waiting = undefined));
    await this.#waiting;
  }

  /** Nothing more is sent by it, though the connection may stay. */
  close(): void {
    this.#socket.off('close', this.#onClose);
    this.#onClose();
  }

  /** Cuts the connection when something waits and nothing was taken at this look and the ones before. */
  look(): void {
    const taken = this.#socket.bytesWritten - this.#socket.writableLength;
    const queued = queuedBy(this.#socket);
    const stands = this.isWaiting && taken === this.#taken && queued === this.#queued;
    this.#looks = stands ? this.#looks + 1 : 0;
    this.#taken = taken;
    this.#queued = queued;
    if (this.#looks < LOOKS) return;
    if (!this.#isCut) this.#onCut();
    this.#isCut = true;
    this.#cut();
  }

  async #drained(): Promise<void> {
    const socket = this.#socket;
    await new Promise<void>((resolve) => {
      const settle = (): void => {
        socket.off('drain', settle);
        socket.off('close', settle);
        resolve();
      };
      socket.on('drain', settle);
      socket.on('close', settle);
    });
  }
}

/**
 * The connections of a server that stream, and the watch over them: one whose client takes nothing of what waits for it is
 * cut, and the client comes back with its cursor. One that takes it slowly is left alone, however large an event is.
 */
export class Outlets {
  readonly #open = new Set<Outlet>();
  readonly #clock: Clock;
  readonly #limits: OutletLimits;
  readonly #onCut: () => void;
  #stop: (() => void) | undefined;

  /** @param onCut Told once of each connection that is cut. */
  constructor(clock: Clock, limits: OutletLimits, onCut: () => void = () => undefined) {
    this.#clock = clock;
    this.#limits = limits;
    this.#onCut = onCut;
  }

  /** @param cut Ends the connection; may be called again while it goes. */
  open(socket: Socket, cut: () => void): Outlet {
    const outlet: Outlet = new Outlet(socket, {
      bufferedBytes: this.#limits.bufferedBytes,
      cut,
      onCut: this.#onCut,
      onClose: () => this.#close(outlet),
    });
    this.#open.add(outlet);
    this.#stop ??= this.#clock.every(this.#limits.stallMs / LOOKS, () => {
      for (const each of this.#open) each.look();
    });
    return outlet;
  }

  #close(outlet: Outlet): void {
    this.#open.delete(outlet);
    if (this.#open.size > 0) return;
    this.#stop?.();
    this.#stop = undefined;
  }
}

/**
 * What is left of the write that the system has taken a part of. Nothing documented shows it; Node's own timeouts of
 * sockets look at it, too.
 */
function queuedBy(socket: Socket): number {
  const handle: unknown = '_handle' in socket ? socket._handle : null;
  return typeof handle === 'object' &&
    handle !== null &&
    'writeQueueSize' in handle &&
    typeof handle.writeQueueSize === 'number'
    ? handle.writeQueueSize
    : 0;
}
