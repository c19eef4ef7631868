import type { Session } from '../session.ts';
import type { ListChange, ListChannel } from './list-channel.ts';

const DONE = { done: true, value: undefined } as const;

export interface ListReaderOptions {
  readonly channel: ListChannel;
  /** What was told until then is in the pages, or was before them. */
  readonly version: number;
  /** What comes first, after its first page. */
  readonly missed: { next(): Promise<IteratorResult<readonly Session[], undefined>> };
  readonly first: readonly Session[];
  readonly close: () => Promise<void>;
}

/** One subscriber's way through what is told of a list: pulls, and so is told only what has become of each session. */
export class ListReader implements AsyncIterableIterator<ListChange, undefined> {
  readonly #channel: ListChannel;
  readonly #close: () => Promise<void>;
  #missed: ListReaderOptions['missed'] | undefined;
  #version: number;
  #changes: ListChange[];
  #closing: Promise<void> | undefined;
  #stopWaiting: (() => void) | undefined;

  constructor({ channel, version, missed, first, close }: ListReaderOptions) {
    this.#channel = channel;
    this.#version = version;
    this.#missed = missed;
    this.#changes = this.#meet(first);
    this.#close = close;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<ListChange, undefined>> {
    try {
      while (this.#closing === undefined) {
        const change = this.#changes.shift();
        if (change !== undefined) return { done: false, value: change };
        await this.#findMore();
      }
      return DONE;
    } catch (error) {
      await this.return();
      throw error;
    }
  }

  async return(): Promise<IteratorResult<ListChange, undefined>> {
    this.#closing ??= this.#close();
    this.#stopWaiting?.();
    await this.#closing;
    return DONE;
  }

  async #findMore(): Promise<void> {
    if (this.#missed !== undefined) {
      const page = await this.#missed.next();
      if (page.done === true) this.#missed = undefined;
      else this.#changes = this.#meet(page.value);
      return;
    }
    const { version } = this.#channel;
    this.#changes = [...this.#channel.after(this.#version)];
    this.#version = version;
    if (this.#changes.length === 0) await this.#told();
  }

  async #told(): Promise<void> {
    await new Promise<void>((resolve) => {
      const forget = this.#channel.onceTold(resolve);
      this.#stopWaiting = () => {
        forget();
        resolve();
      };
    });
  }

  #meet(sessions: readonly Session[]): ListChange[] {
    this.#channel.meet(sessions);
    return sessions.map((session) => ({ sessionId: session.id, session }));
  }
}
