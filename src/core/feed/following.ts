import type { Sink } from './audience.ts';
import type { Audiences, Company } from './audiences.ts';
import type { FeedEvent } from './feed-event.ts';
import { mapped, type Mapped } from './mapped.ts';
import type { Parcel } from './parcel.ts';
import type { Reader } from './reader.ts';

/** What an event of the feed is for a subscriber. */
export type EventMap<Event> = (event: FeedEvent, reader: Reader) => Mapped<Event> | Promise<Mapped<Event>>;

export interface FollowingOptions<Event> {
  readonly reader: Reader;
  readonly map: EventMap<Event>;
  /** The same for all who are told the same events: the session, what is followed, and who may see it. */
  readonly scope: string;
}

export interface Delivery<Event, Payload, Box extends Parcel<Payload>> {
  readonly audiences: Audiences<Payload, Box>;
  /** The same for all for whom `render` makes the same. */
  readonly key: string;
  readonly render: (event: Event) => Payload | Promise<Payload>;
  /** An empty parcel. */
  readonly open: () => Box;
  readonly sink: Sink<Box>;
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
  async deliver<Payload, Box extends Parcel<Payload>>(
    delivery: Delivery<Event, Payload, Box>,
  ): Promise<void> {
    const { audiences, sink, open } = delivery;
    const reader = this.#reader;
    const company: Company<Payload, Box> = {
      key: `${this.#scope}\n${delivery.key}`,
      render: (event, from) =>
        afterwards(this.#map(event, from), (result) =>
          result === null
            ? null
            : afterwards(delivery.render(result.value), (payload) => ({
                payload,
                last: result.last === true,
              })),
        ),
      open,
    };
    audiences.fallBehind(company);
    try {
      while (!this.#closed) {
        if ((await this.#readOn(company, audiences, sink)) === 'over') return;
        for (;;) {
          if (this.#closed) return;
          const attendance = audiences.attend(company, reader, sink);
          if (attendance === null) break;
          audiences.catchUp(company);
          this.#leave = attendance.leave;
          const outcome = await attendance.outcome.finally(() => audiences.fallBehind(company));
          this.#leave = undefined;
          if (outcome === 'over') return;
          if (outcome === null) break;
          reader.moveTo(outcome);
          await sink.ready();
        }
      }
    } finally {
      audiences.catchUp(company);
      await this.return();
    }
  }

  /** Writes what comes next, all that is at hand in one parcel, and resolves when the sink takes more. */
  async #readOn<Payload, Box extends Parcel<Payload>>(
    company: Company<Payload, Box>,
    audiences: Audiences<Payload, Box>,
    sink: Sink<Box>,
  ): Promise<'on' | 'over'> {
    const reader = this.#reader;
    let parcel: Box | null = null;
    for (;;) {
      const event = reader.take();
      if (event === null) {
        if (parcel !== null) return this.#write(parcel, sink);
        if (reader.isClosed) return 'over';
        await reader.advance();
        continue;
      }
      let rendered = audiences.render(company, event, reader);
      if (rendered instanceof Promise) {
        // What comes before it does not wait for it.
        if (parcel !== null && (await this.#write(parcel, sink)) === 'over') return 'over';
        parcel = null;
        rendered = await rendered;
        if (this.#closed) return 'over';
      }
      if (rendered === null) continue;
      const isFull = !(parcel ??= company.open()).add(rendered.payload);
      if (rendered.last) {
        sink.write(parcel);
        return 'over';
      }
      if (isFull) return this.#write(parcel, sink);
    }
  }

  async #write<Box>(parcel: Box, sink: Sink<Box>): Promise<'on' | 'over'> {
    if (!sink.write(parcel)) {
      this.#reader.rest();
      await sink.ready();
    }
    return this.#closed ? 'over' : 'on';
  }
}

/** Goes on at once where nothing has to be awaited: most events need no turn of their own. */
function afterwards<T, U>(value: T | Promise<T>, go: (value: T) => U | Promise<U>): U | Promise<U> {
  return value instanceof Promise ? value.then(go) : go(value);
}
