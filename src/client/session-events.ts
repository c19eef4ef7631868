/// <reference lib="esnext.disposable" preserve="true" />
import type { ConnectionState } from './following.ts';
import type { SessionEvent } from './session-event.ts';
import { SessionFollower } from './session-follower.ts';
import type { SessionHandle } from './session-handle.ts';

export interface EventsOptions {
  /**
   * A cursor: what follows it comes first. `'0'`: from the beginning, or from the last clear. Absent: from the moment of
   * the call on.
   */
  readonly after?: string;
  /** Ends the events with ABORTED; so does that of the session. */
  readonly signal?: AbortSignal;
  /** Is told when the state of the connection changes. What it throws, `next()` rejects with. */
  readonly onState?: (state: ConnectionState) => void;
}

/**
 * What happens in a session, each event once, in order, whatever becomes of the connections that bring them. A loop that
 * is left closes its connection; so does `return()`, at once, also while `next()` waits.
 */
export class SessionEvents implements AsyncIterableIterator<SessionEvent, undefined>, AsyncDisposable {
  readonly #follower: SessionFollower;
  readonly #events: AsyncGenerator<SessionEvent, undefined>;

  /** Use `AgentSession.events`. */
  constructor(handle: SessionHandle, options: EventsOptions) {
    this.#follower = new SessionFollower({ ...options, handle });
    this.#events = oneByOne(this.#follower);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /**
   * `done` after SessionDeleted.
   * @throws AgentSessionsError when trying again is of no use: NOT_FOUND at the beginning, a token that is refused,
   * `after` that is no cursor, ABORTED. What can be retried is, for ever unless `retry.retries` was given.
   */
  next(): Promise<IteratorResult<SessionEvent, undefined>> {
    return this.#events.next();
  }

  async return(): Promise<IteratorResult<SessionEvent, undefined>> {
    await this.#follower.return();
    return this.#events.return(undefined);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }
}

async function* oneByOne(groups: SessionFollower): AsyncGenerator<SessionEvent, undefined> {
  for await (const group of groups) yield* group;
  return undefined;
}
