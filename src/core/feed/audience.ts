import type { Moment } from '../live.ts';
import type { FeedEvent } from './feed-event.ts';
import type { Pace } from './pace.ts';
import type { Parcel } from './parcel.ts';
import type { Position } from './position.ts';
import type { Reader } from './reader.ts';
import { isSame } from './window.ts';

/** Where one subscriber's payloads go. */
export interface Sink<Parcel> {
  /** Takes a parcel. False: it is full, and the next one must wait for `ready`. */
  write(parcel: Parcel): boolean;
  /** Resolves when it takes the next parcel, or is closed. */
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

interface Member<Box> {
  readonly sink: Sink<Box>;
  /** Where it stood when it came. */
  readonly moment: Moment;
  readonly end: (outcome: Outcome | null) => void;
  readonly fail: (error: unknown) => void;
}

/** One attendance; `outcome` null: the audience went past where the subscriber stands. */
export interface Attendance {
  readonly outcome: Promise<Outcome | null>;
  /** Ends it at once, as 'over'. */
  readonly leave: () => void;
}

export interface AudienceOptions<Payload, Box extends Parcel<Payload>> {
  /** Is taken over. */
  readonly reader: Reader;
  readonly render: Render<Payload>;
  /** An empty parcel. */
  readonly open: () => Box;
  readonly pace: Pace;
  /** Is called when nobody can attend any more. */
  readonly onEmpty: () => void;
}

/**
 * Subscribers who stand at the same moment of a session and are told the same: each event is rendered once, and its
 * payload handed to all of them, together with those of all events that have come meanwhile. One whose sink is full is
 * put out, so that nothing is kept for it, and none waits for another.
 */
export class Audience<Payload, Box extends Parcel<Payload>> {
  readonly #reader: Reader;
  readonly #render: Render<Payload>;
  readonly #open: () => Box;
  readonly #pace: Pace;
  readonly #onEmpty: () => void;
  readonly #members = new Set<Member<Box>>();
  /** Those who have come further: the audience takes them in when it gets there. */
  readonly #waiting = new Set<Member<Box>>();
  /** What is told next. */
  #parcel: Box | null = null;
  /** The moment whose whole content was told; null in the middle of something. */
  #moment: Moment | null;
  /** The last such moment. */
  #last: Moment | null;
  #closed = false;

  constructor({ reader, render, open, pace, onEmpty }: AudienceOptions<Payload, Box>) {
    this.#reader = reader;
    this.#render = render;
    this.#open = open;
    this.#pace = pace;
    this.#onEmpty = onEmpty;
    this.#moment = reader.moment;
    this.#last = reader.moment;
  }

  get size(): number {
    return this.#members.size + this.#waiting.size;
  }

  /** Takes in who stands at that moment; null when the audience has gone past it, or nobody knows. */
  attend(moment: Moment, sink: Sink<Box>): Attendance | null {
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

  /** Begins, or goes on where it waited; until nobody attends. */
  readonly run = (): void => void this.#go();

  /** What waits for a doorbell lives long and is collected late: nothing is made for it. */
  readonly #wake = (): void => this.#pace.soon(this.run, this.#members.size);

  /** Tells all that there is, then waits to be woken. */
  async #go(): Promise<void> {
    const reader = this.#reader;
    /** Where what was gathered leads to, while an event is looked at that comes after it. */
    let before: Position | null = null;
    try {
      while (!this.#closed) {
        before = this.#parcel === null ? null : reader.position;
        const event = reader.take();
        if (event === null) {
          this.#tell(reader.position);
          if (this.#closed || reader.isClosed) break;
          if (reader.wait(this.#wake)) return;
          await reader.advance();
          continue;
        }
        let rendered = this.#render(event, reader);
        if (rendered instanceof Promise) {
          if (before !== null) this.#tell(before);
          rendered = await rendered;
        }
        const isFull = rendered !== null && !(this.#parcel ??= this.#open()).add(rendered.payload);
        // Who waits is taken in between two events, and must not be told the one before.
        const isLast = rendered?.last === true || reader.isClosed;
        if (isFull || isLast || this.#waiting.size > 0) this.#tell(reader.position, isLast);
        if (isLast) break;
        if (isFull) await new Promise<void>((go) => this.#pace.after(go));
      }
      this.#close();
      for (const { end } of this.#members) end('over');
    } catch (error) {
      if (before !== null) this.#tell(before);
      this.#close();
      for (const { fail } of this.#members) fail(error);
    }
    for (const { end } of this.#waiting) end(null);
    await reader.return();
  }

  /**
   * Hands over what was gathered, which leads to that position; only now does the audience stand there. After the last
   * nobody is put out for a full sink: it would find the end once more, and be told of it again.
   */
  #tell(position: Position, isLast = false): void {
    const parcel = this.#parcel;
    this.#parcel = null;
    if (parcel !== null) {
      for (const member of this.#members) {
        if (member.sink.write(parcel) || isLast) continue;
        this.#members.delete(member);
        member.end(position);
      }
    }
    this.#moment = position.moment;
    this.#last = this.#moment ?? this.#last;
    this.#admit();
    this.#closeIfEmpty();
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
