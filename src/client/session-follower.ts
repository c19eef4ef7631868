import { dataOf } from './answer.ts';
import { abortWith, unlessAborted } from './deadline.ts';
import { notFound } from './errors.ts';
import type { EventStream } from './event-stream.ts';
import type { ServerSentEvent } from './event-stream-parser.ts';
import {
  advance,
  beginFollowing,
  broken,
  connectionState,
  type ConnectionState,
  type FollowingInput,
  type FollowingTask,
} from './following.ts';
import type { MessageDraft } from './message-draft.ts';
import { noAnswer, waitAfter } from './retry.ts';
import { SESSION_EVENTS, type SessionEvent } from './session-event.ts';
import type { SessionHandle } from './session-handle.ts';

export interface FollowerOptions {
  readonly handle: SessionHandle;
  /** undefined: from where the session is now. */
  readonly after?: string | undefined;
  /** Drafts that the reader shows already. */
  readonly drafts?: readonly MessageDraft[];
  /** Whether the session was met already: then it is gone when it is not found. */
  readonly met?: boolean;
  /** Beside that of the session. */
  readonly signal?: AbortSignal | undefined;
  readonly onState?: ((state: ConnectionState) => void) | undefined;
}

/**
 * The events of a session in groups as they arrived, over as many connections as it takes. It decides nothing: it does
 * what `following.ts` says, and nothing before it is asked for more.
 */
export class SessionFollower implements AsyncIterableIterator<readonly SessionEvent[], undefined> {
  readonly #options: FollowerOptions;
  readonly #leaving = new AbortController();
  readonly #groups = this.#follow();
  /** Writes of this object that were begun before: its events know the session that they make. */
  readonly #written: Promise<void>;
  readonly #release: () => void;
  #place: Promise<string> | undefined;
  #stream: EventStream | undefined;
  #messages: ServerSentEvent[] = [];
  #told: ConnectionState | undefined;
  #left = false;

  constructor(options: FollowerOptions) {
    const { handle, signal, after } = options;
    this.#options = options;
    this.#written = handle.settled();
    this.#release = abortWith(this.#leaving, [handle.signal, signal]);
    if (after !== undefined) return;
    // Asked at once: "from now on" means from the call on, not from the first look at what came.
    this.#place = this.#readPlace();
    this.#place.catch(() => undefined);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<readonly SessionEvent[], undefined>> {
    return this.#groups.next();
  }

  /** Ends it at once, whatever it waits for. */
  return(): Promise<IteratorResult<readonly SessionEvent[], undefined>> {
    this.#left = true;
    this.#close();
    return this.#groups.return(undefined);
  }

  async *#follow(): AsyncGenerator<readonly SessionEvent[], undefined> {
    const { handle, after = null, drafts = [], met = false } = this.#options;
    try {
      await unlessAborted(this.#written, this.#leaving.signal);
      const { id: sessionId } = handle;
      if (sessionId === undefined) throw notFound();
      const { retries = Infinity } = handle.connection.retry;
      let step = beginFollowing({ sessionId, after, drafts, met, retries });
      let group: SessionEvent[] = [];
      for (;;) {
        const state = connectionState(step.state);
        // What came last is handed over first.
        if (state !== 'closed') this.#tell(state);
        group.push(...step.events);
        const { action } = step;
        const goesOn = action.do === 'receive' && this.#messages.length > 0;
        if (!goesOn && group.length > 0) {
          yield group;
          group = [];
        }
        if (action.do === 'end') return undefined;
        if (action.do === 'fail') throw action.error;
        step = advance(step.state, await this.#outcome(action));
      }
    } catch (error) {
      if (this.#left) return undefined;
      // Whatever was interrupted, the signal is why.
      throw this.#leaving.signal.aborted ? noAnswer(error, this.#leaving.signal) : error;
    } finally {
      this.#close();
      this.#tell('closed');
    }
  }

  async #outcome(task: FollowingTask): Promise<FollowingInput> {
    const { signal } = this.#leaving;
    try {
      return await unlessAborted(this.#perform(task, signal), signal);
    } catch (error) {
      if (signal.aborted) throw error;
      return { kind: 'broke', error, renewable: this.#options.handle.connection.renewsToken };
    }
  }

  async #perform(task: FollowingTask, signal: AbortSignal): Promise<FollowingInput> {
    const { connection, id } = this.#options.handle;
    switch (task.do) {
      case 'place': {
        const place = this.#place ?? this.#readPlace();
        this.#place = undefined;
        return { kind: 'placed', cursor: await place };
      }
      case 'connect': {
        this.#disconnect();
        const variables = { sessionId: id, after: task.after };
        this.#stream = await connection.subscribe(SESSION_EVENTS, variables, signal);
        return { kind: 'opened' };
      }
      case 'receive':
        return this.#receive();
      case 'wait':
        this.#disconnect();
        await waitAfter(task.error, task.failures, signal, connection.retry);
        return { kind: 'waited' };
    }
  }

  async #readPlace(): Promise<string> {
    await this.#written;
    const session = await this.#options.handle.read<{ cursor: string }>(
      'cursor',
      '',
      {},
      this.#leaving.signal,
    );
    if (session === null) throw notFound();
    return session.cursor;
  }

  async #receive(): Promise<FollowingInput> {
    while (this.#messages.length === 0) {
      const more = await this.#stream?.next();
      if (more === undefined || more === null) throw broken('The events ended before the subscription did.');
      this.#messages = more.filter(({ type }) => type === 'next' || type === 'complete');
    }
    const message = this.#messages.shift();
    if (message?.type !== 'next') return { kind: 'completed' };
    const data = dataOf({ status: 200, text: message.data, retryAfter: null });
    // The shape is what the subscription asked for: the server holds its answers to its schema.
    return { kind: 'received', event: (data as { readonly sessionEvents: SessionEvent }).sessionEvents };
  }

  #disconnect(): void {
    this.#stream?.close();
    this.#stream = undefined;
    this.#messages = [];
  }

  #close(): void {
    this.#disconnect();
    this.#release();
    this.#leaving.abort();
  }

  #tell(state: ConnectionState): void {
    if (state === this.#told || this.#told === 'closed') return;
    this.#told = state;
    this.#options.onState?.(state);
  }
}
