import { setTimeout as sleep } from 'node:timers/promises';
import type { Via } from '../history/event.ts';
import { answerOf, refusalOf } from './answer.ts';
import { EventStream } from './event-stream.ts';
import { isKept } from './kept-connection.ts';
import { EVENT, EVENTS } from './operations.ts';
import { Socket, type SocketSink } from './socket.ts';
import { valueIn } from './value.ts';
import { endpointOf, tokenOf, type World } from './world.ts';

export interface SubscriberOptions {
  readonly name: string;
  readonly session: string;
  readonly user: string;
  readonly via: Extract<Via, 'WebSocket' | 'SSE'>;
  readonly server: number;
  /** `"0"`, a cursor, or null for: from now on. */
  readonly after: string | null;
}

interface Connection {
  readonly closed: Promise<unknown>;
  /** Of its own end, where it is known. */
  readonly port?: number | null;
  pause(): void;
  resume(): void;
  terminate(): void;
}

const PATIENCE_MS = 3_000;

/** Follows a session as a careful client does: whenever its connection breaks it comes back with its last cursor. */
export class Subscriber {
  readonly #world: World;
  readonly #options: SubscriberOptions;
  #server: number;
  #cursor: string | null;
  #connection: Connection | null = null;
  #wanted = false;
  #running: Promise<void> = Promise.resolve();
  #delivered = 0;

  constructor(world: World, options: SubscriberOptions) {
    this.#world = world;
    this.#options = options;
    this.#server = options.server;
    this.#cursor = options.after;
  }

  get name(): string {
    return this.#options.name;
  }

  get session(): string {
    return this.#options.session;
  }

  /** The last cursor that it was given, or began with. */
  get cursor(): string | null {
    return this.#cursor;
  }

  /** Events so far. */
  get delivered(): number {
    return this.#delivered;
  }

  get isConnected(): boolean {
    return this.#connection !== null;
  }

  /** Follows from now on, at that server if one is named. */
  come(server = this.#server): void {
    this.#server = server;
    if (this.#wanted) return;
    this.#wanted = true;
    this.#running = this.#run();
  }

  /** Cuts its connection, without a word. */
  async go(): Promise<void> {
    this.#wanted = false;
    this.#connection?.terminate();
    await this.#running;
  }

  /** The same for good: nothing is expected of it any more. */
  async leave(): Promise<void> {
    await this.go();
    this.#world.recorder.record({ kind: 'left', subscriber: this.name });
  }

  pause(): void {
    this.#connection?.pause();
  }

  resume(): void {
    this.#connection?.resume();
  }

  /** Takes nothing any more, on the event stream that it has; resolves when the server has cut it, or it is too late. */
  async stall(mostMs: number): Promise<void> {
    const { recorder } = this.#world;
    const serverPort = Number(new URL(endpointOf(this.#world, this.#server)).port);
    const clientPort = this.#connection?.port ?? 0;
    this.pause();
    recorder.record({ kind: 'stalled', subscriber: this.name });
    const end = recorder.now() + mostMs;
    while (await isKept(serverPort, clientPort)) {
      if (recorder.now() > end) return;
      await sleep(50);
    }
    recorder.record({ kind: 'cut', subscriber: this.name });
  }

  async #run(): Promise<void> {
    const { recorder, random, endpoints } = this.#world;
    let pause = 20;
    while (this.#wanted) {
      const before = this.#delivered;
      await this.#follow();
      if (this.#wanted) recorder.record({ kind: 'cut', subscriber: this.name });
      if (!this.#wanted) return;
      pause = this.#delivered > before ? 20 : Math.min(pause * 2, 400);
      await sleep(pause + random.between(0, 20));
      // A client behind a load balancer finds another server when its own does not answer.
      if (this.#delivered === before) this.#server = (this.#server + 1) % endpoints.length;
    }
  }

  /** Resolves when the connection has ended. */
  async #follow(): Promise<void> {
    const { session, user, via, name } = this.#options;
    const after = this.#cursor;
    this.#world.recorder.record({
      kind: 'subscribe',
      subscriber: name,
      session,
      user,
      after,
      via,
      server: this.#server,
    });
    const endpoint = endpointOf(this.#world, this.#server);
    const token = tokenOf(this.#world, user);
    const variables = { sessionId: session, after };
    let connection: Connection;
    if (via === 'SSE') {
      connection = new EventStream(
        endpoint,
        token,
        EVENTS,
        variables,
        this.#sink(() => connection.terminate()),
      );
    } else {
      const socket = await Socket.open(endpoint, token, PATIENCE_MS).catch(() => null);
      if (socket === null) return;
      connection = socket;
      socket.subscribe(
        EVENTS,
        variables,
        this.#sink(() => socket.terminate()),
      );
    }
    this.#connection = connection;
    if (!this.#wanted) connection.terminate();
    await connection.closed;
    this.#connection = null;
  }

  #sink(end: () => void): SocketSink {
    const { recorder } = this.#world;
    const refused = (errors: unknown): void => {
      recorder.record({ kind: 'refused', subscriber: this.name, ...refusalOf(errors) });
      end();
    };
    return {
      next: (payload) => {
        const { data, errors } = answerOf(payload);
        if (errors !== undefined) return refused(errors);
        const { __typename: type, cursor, item } = EVENT.parse(data).sessionEvents;
        recorder.record({
          kind: 'delivered',
          subscriber: this.name,
          type,
          cursor,
          value: type === 'ItemAdded' ? valueIn(item?.text ?? '') : null,
        });
        this.#delivered++;
        this.#cursor = cursor ?? this.#cursor;
      },
      error: refused,
      complete: end,
    };
  }
}
