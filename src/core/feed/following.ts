import type { Sink } from './audience.ts';
import type { Audiences } from './audiences.ts';
import type { FeedEvent } from './feed-event.ts';
import { mapped, type Mapped } from './mapped.ts';
import type { Reader } from './reader.ts';

/** What an event of the feed is for a subscriber. */
export type EventMap<Event> = (event: FeedEvent, reader: Reader) => Mapped<Event> | Promise<Mapped<Event>>;

export interface FollowingOptions<Event> {
  readonly reader: Reader;
  readonly map: EventMap<Event>;
  /** The same for all who are told the same events: the session, what is followed, and who may see it. */
  readonly scope: string;
}

export interface Delivery<Event, Payload> {
  readonly audiences: Audiences<Payload>;
  /** The same for all for whom `render` makes the same. */
  readonly key: string;
  readonly render: (event: Event) => Payload | Promise<Payload>;
  readonly sink: Sink<Payload>;
}

/**
 * One subscriber's events: to be pulled one by one, or delivered as payloads that are shared with all others at the
 * same place.
 */
export class Following<Event> implements AsyncIterableIterator<Event, undefined> {
  readonly #reader: Reader;
  readonly #map: EventMap<Event>;
  readonly #scope: string;
  #pulled: AsyncIterableIterator<Event, undefined> | undefined;
  #leave: (() => void) | undefined;
  #closed = false;

  constructor({ reader, map, scope }: FollowingOptions<Event>) {
    this.#reader = reader;
    this.#map = map;
    this.#scope = scope;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<Event, undefined>> {
    this.#pulled ??= mapped(this.#reader, (event) => this.#map(event, this.#reader));
    return this.#pulled.next();
  }

  /** Ends it at once, whatever it waits for. */
  async return(): Promise<IteratorResult<Event, undefined>> {
    this.#closed = true;
    this.#leave?.();
    await this.#reader.return();
    return { done: true, value: undefined };
  }

  /**
   * Hands all events over until the last one, or until `return`: while it is behind at its own pace, at the end of the
   * log together with its audience. Not together with `next`.
   */
  async deliver<Payload>({ audiences, key, render, sink }: Delivery<Event, Payload>): Promise<void> {
    const reader = this.#reader;
    const renderEvent = (event: FeedEvent, from: Reader) =>
      afterwards(this.#map(event, from), (result) =>
        result === null
          ? null
          : afterwards(render(result.value), (payload) => ({ payload, last: result.last === true })),
      );
    try {
      while (!this.#closed) {
        const event = await reader.next();
        if (event.done === true) return;
        const rendered = await renderEvent(event.value, reader);
        if (rendered !== null && !this.#closed) {
          const more = sink.write(rendered.payload);
          if (rendered.last) return;
          if (!more) {
            reader.rest();
            await sink.ready();
          }
        }
        if (this.#closed) return;
        const attendance = audiences.attend(`${this.#scope}\n${key}`, reader, renderEvent, sink);
        if (attendance === null) continue;
        this.#leave = attendance.leave;
        const outcome = await attendance.outcome;
        this.#leave = undefined;
        if (outcome === 'over') return;
        if (outcome === null) continue;
        reader.moveTo(outcome);
        await sink.ready();
      }
    } finally {
      await this.return();
    }
  }
}

/** Goes on at once where nothing has to be awaited: most events need no turn of their own. */
function afterwards<T, U>(value: T | Promise<T>, go: (value: T) => U | Promise<U>): U | Promise<U> {
  return value instanceof Promise ? value.then(go) : go(value);
}
