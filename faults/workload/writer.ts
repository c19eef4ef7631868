import { setTimeout as sleep } from 'node:timers/promises';
import { SERVICE } from '../checker/i10-no-foreign-data.ts';
import type { Via } from '../history/event.ts';
import { refusalOf, type Answer } from './answer.ts';
import { askOverHttp } from './http.ts';
import { LostAnswerError } from './lost-answer.ts';
import { ADD, ADDED } from './operations.ts';
import { SocketOperations } from './socket-operation.ts';
import { textOf } from './value.ts';
import { endpointOf, tokenOf, type World } from './world.ts';

export interface WriterOptions {
  readonly name: string;
  readonly via: Extract<Via, 'HTTP' | 'WebSocket'>;
  /** Milliseconds between two writes. */
  readonly paceMs: number;
  /** Bytes that follow the value, to make events large; 0. */
  readonly padding?: number;
  /** How many writes of unknown outcome of ten are repeated until they are known; 9. */
  readonly repeats?: number;
}

/** Numbers of writes, over all writers of this process. */
let writes = 0;

/** Milliseconds that a writer waits for an answer; what is refused before comes sooner. */
const PATIENCE_MS = 1_500;

/** Writes one value after the other, each with a key of its own, until it is known what became of it. */
export class Writer {
  readonly #world: World;
  readonly #options: WriterOptions;
  readonly #sockets = new SocketOperations();
  #count = 0;
  #isOver = false;
  #running: Promise<void> = Promise.resolve();

  constructor(world: World, options: WriterOptions) {
    this.#world = world;
    this.#options = options;
  }

  start(): void {
    this.#running = this.#run();
  }

  /** Resolves when the last write is known, or given up. */
  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#running;
    await this.#sockets.close();
  }

  async #run(): Promise<void> {
    while (!this.#isOver) {
      await this.write();
      await sleep(this.#options.paceMs);
    }
  }

  /** Writes one value to a session, any unless it is named; resolves when no more is tried. */
  async write(session = this.#world.random.pick(this.#world.sessions).id): Promise<void> {
    const { random, endpoints } = this.#world;
    const { name, repeats = 9 } = this.#options;
    const id = ++writes;
    const value = `${name}-${++this.#count}`;
    let server = random.between(0, endpoints.length);
    const deadline = Date.now() + 60_000;
    for (let pause = 30; Date.now() < deadline; pause = Math.min(pause * 2, 400)) {
      const outcome = await this.#try(id, session, value, server);
      if (outcome === 'known') return;
      if (outcome === 'unknown' && random.next() * 10 >= repeats) return;
      await sleep(pause + random.between(0, 30));
      server = (server + 1) % endpoints.length;
    }
  }

  async #try(
    write: number,
    session: string,
    value: string,
    server: number,
  ): Promise<'known' | 'refused' | 'unknown'> {
    const { recorder } = this.#world;
    const { via, name } = this.#options;
    const key = `key of ${name}-${write}`;
    recorder.record({ kind: 'invoke', write, session, value, key, via, server });
    let answer: Answer;
    try {
      answer = await this.#ask(session, value, key, server);
    } catch (error) {
      const reason = error instanceof LostAnswerError ? error.reason : 'cut';
      recorder.record({ kind: 'info', write, reason, code: null });
      return 'unknown';
    }
    if (answer.errors === undefined) {
      const { cursor } = ADDED.parse(answer.data).addMessage.message;
      recorder.record({ kind: 'ok', write, cursor });
      return 'known';
    }
    const { code, retryable } = refusalOf(answer.errors);
    // What a server does not know it says with a code, or with none that is known: then nothing is known, either.
    if (code === 'STORE_TIMEOUT' || code === 'INTERNAL_SERVER_ERROR' || code === null) {
      recorder.record({ kind: 'info', write, reason: 'told', code });
      return 'unknown';
    }
    recorder.record({ kind: 'fail', write, code, retryable });
    return retryable ? 'refused' : 'known';
  }

  #ask(sessionId: string, value: string, idempotencyKey: string, server: number): Promise<Answer> {
    const { padding = 0 } = this.#options;
    const text = textOf(value, padding);
    const asked = {
      endpoint: endpointOf(this.#world, server),
      query: ADD,
      variables: { input: { sessionId, role: 'USER', text, idempotencyKey } },
      token: tokenOf(this.#world, SERVICE),
      patienceMs: PATIENCE_MS,
    };
    return this.#options.via === 'HTTP' ? askOverHttp(asked) : this.#sockets.ask(asked);
  }
}
