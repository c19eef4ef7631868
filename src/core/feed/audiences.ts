import { Audience, type Attendance, type Render, type Sink } from './audience.ts';
import type { FeedEvent } from './feed-event.ts';
import { AT_ONCE, type Pace } from './pace.ts';
import type { Parcel } from './parcel.ts';
import type { Reader } from './reader.ts';
import { Renderings } from './renderings.ts';

/** What those have in common who are told the same. */
export interface Company<Payload, Box extends Parcel<Payload>> {
  /** Different where anything else is. */
  readonly key: string;
  /** What an event is for all of them; that of the first is used. */
  readonly render: Render<Payload>;
  /** An empty parcel. */
  readonly open: () => Box;
}

/** The audiences of one process, by what their members have in common. */
export class Audiences<Payload, Box extends Parcel<Payload>> {
  readonly #audiences = new Map<string, Audience<Payload, Box>>();
  /** Absent where nobody is behind. */
  readonly #renderings = new Map<string, Renderings<Payload>>();
  readonly #pace: Pace;

  /** @param pace When they are told; absent: at once, one after the other. */
  constructor(pace: Pace = AT_ONCE) {
    this.#pace = pace;
  }

  /** How many there are. */
  get size(): number {
    return this.#audiences.size;
  }

  /** For how many keys something is kept, since somebody is behind. */
  get kept(): number {
    return this.#renderings.size;
  }

  /** Somebody reads on by itself: what events are made into is kept for a while, for others that do. */
  fallBehind({ key }: Company<Payload, Box>): void {
    const present = this.#renderings.get(key) ?? new Renderings<Payload>();
    this.#renderings.set(key, present);
    present.behind++;
  }

  /** And no longer does. */
  catchUp({ key }: Company<Payload, Box>): void {
    const present = this.#renderings.get(key);
    if (present !== undefined && --present.behind === 0) this.#renderings.delete(key);
  }

  /** What an event is for the company; made once for all who are behind at about the same place. */
  render(
    { key, render }: Company<Payload, Box>,
    event: FeedEvent,
    reader: Reader,
  ): ReturnType<Render<Payload>> {
    const renderings = this.#renderings.get(key);
    return renderings === undefined ? render(event, reader) : renderings.render(render, event, reader);
  }

  /**
   * Takes in who stands where the reader does. null when the audience is elsewhere: then the subscriber reads on by itself,
   * and asks again.
   */
  attend(company: Company<Payload, Box>, reader: Reader, sink: Sink<Box>): Attendance | null {
    const { key, open } = company;
    const { moment } = reader;
    if (moment === null) return null;
    const present = this.#audiences.get(key);
    if (present !== undefined) return present.attend(moment, sink);
    const audience = new Audience({
      reader: reader.twin(),
      render: (event, from) => this.render(company, event, from),
      open,
      pace: this.#pace,
      onEmpty: () => {
        if (this.#audiences.get(key) === audience) this.#audiences.delete(key);
      },
    });
    this.#audiences.set(key, audience);
    const attendance = audience.attend(moment, sink);
    audience.run();
    return attendance;
  }
}
