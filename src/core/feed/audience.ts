import type { Moment } from '../live.ts';
import type { FeedEvent } from './feed-event.ts';
import type { Position } from './position.ts';
import type { Reader } from './reader.ts';
import { isSame } from './window.ts';

/** Where one subscriber's payloads go. */
export interface Sink<Payload> {
  /** Takes a payload. False: it is full, and the next one must wait for `ready`. */
  write(payload: Payload): boolean;
  /** Resolves when it takes the next payload, or is closed. */
  ready(): Promise<void>;
}

/** What an event is for those who are told of it; null: nothing. `last`: nothing comes after it. */
export type Rendered<Payload> = { readonly payload: Payload; readonly last: boolean } | null;

export type Render<Payload> = (
  event: FeedEvent,
  reader: Reader,
) => Rendered<Payload> | Promise<Rendered<Payload>>;

/** How a time in an audience ended: 'over' with its last event, or because the sink was full, at that position. */
export type Outcome = Position | 'over';

interface Member<Payload> {
  readonly sink: Sink<Payload>;
  /** Where it stood when it came. */
  readonly moment: Moment;
  readonly end: (outcome: Outcome | null) => void;
  readonly fail: (error: unknown) => void;
}

const NOW = Promise.resolve();

/** One attendance; `outcome` null: the audience went past where the subscriber stands. */
export interface Attendance {
  readonly outcome: Promise<Outcome | null>;
  /** Ends it at once, as 'over'. */
  readonly leave: () => void;
}

/**
 * Subscribers who stand at the same moment of a session and are told the same: each event is rendered once, and its
 * payload handed to all of them. One whose sink is full is put out, so that nothing is kept for it, and none waits for
 * another.
 */
export class Audience<Payload> {
  readonly #reader: Reader;
  readonly #render: Render<Payload>;
  readonly #onEmpty: () => void;
  readonly #members = new Set<Member<Payload>>();
  /** Those who have come further: the audience takes them in when it gets there. */
  readonly #waiting = new Set<Member<Payload>>();
  /** The moment whose whole content was told; null in the middle of something. */
  #moment: Moment | null;
  /** The last such moment. */
  #last: Moment | null;
  #closed = false;

  /** Takes the reader over; `onEmpty` is called when nobody can attend any more. */
  constructor(reader: Reader, render: Render<Payload>, onEmpty: () => void) {
    this.#reader = reader;
    this.#render = render;
    this.#onEmpty = onEmpty;
    this.#moment = reader.moment;
    this.#last = reader.moment;
  }

  get size(): number {
    return this.#members.size + this.#waiting.size;
  }

  /** Takes in who stands at that moment; null when the audience has gone past it, or nobody knows. */
  attend(moment: Moment, sink: Sink<Payload>): Attendance | null {
    if (this.#closed) return null;
    const isHere = isSame(moment, this.#moment);
    if (!isHere && !this.#isBefore(moment)) return null;
    let leave = (): void => {};
    const outcome = new Promise<Outcome | null>((end, fail) => {
      const member = { sink, moment, end, fail };
      (isHere ? this.#members : this.#waiting).add(member);
      leave = () => {
        if (!this.#members.delete(member) && !this.#waiting.delete(member)) return;
        end('over');
        this.#closeIfEmpty();
      };
    });
    return { outcome, leave };
  }

  /** Begins; it goes on until nobody attends. */
  run(): void {
    void this.#go();
  }

  /** What waits for a doorbell lives long and is collected late: nothing is made for it. */
  readonly #wake = (): void => void NOW.then(this.#go);

  /** Tells all that there is, then waits to be woken. */
  readonly #go = async (): Promise<void> => {
    try {
      while (!this.#closed) {
        const event = this.#reader.take();
        if (event === null) {
          if (this.#reader.isClosed) break;
          if (this.#reader.wait(this.#wake)) return;
          await this.#reader.advance();
          continue;
        }
        const rendering = this.#render(event, this.#reader);
        const rendered = rendering instanceof Promise ? await rendering : rendering;
        if (rendered !== null) this.#tell(rendered.payload);
        // Only now: who comes while an event is on its way stands before it, or waits behind it.
        this.#moment = this.#reader.moment;
        this.#last = this.#moment ?? this.#last;
        if (rendered?.last === true) break;
        this.#admit();
        this.#closeIfEmpty();
      }
      this.#close();
      for (const { end } of this.#members) end('over');
    } catch (error) {
      this.#close();
      for (const { fail } of this.#members) fail(error);
    }
    for (const { end } of this.#waiting) end(null);
    await this.#reader.return();
  };

  #tell(payload: Payload): void {
    for (const member of this.#members) {
      if (member.sink.write(payload)) continue;
      this.#members.delete(member);
      member.end(this.#reader.position);
    }
  }

  #admit(): void {
    for (const member of this.#waiting) {
      if (this.#isBefore(member.moment)) continue;
      this.#waiting.delete(member);
      if (isSame(member.moment, this.#moment)) this.#members.add(member);
      else member.end(null);
    }
  }

  /** Whether the audience has yet to come to that moment, as far as doorbells tell. */
  #isBefore(moment: Moment): boolean {
    const own = this.#last === null ? null : this.#reader.numberOf(this.#last);
    const theirs = this.#reader.numberOf(moment);
    return own !== null && theirs !== null && theirs > own;
  }

  #closeIfEmpty(): void {
    if (this.size > 0 || this.#closed) return;
    this.#close();
    void this.#reader.return();
  }

  #close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#onEmpty();
  }
}
