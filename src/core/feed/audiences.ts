import { Audience, type Attendance, type Render, type Sink } from './audience.ts';
import type { Reader } from './reader.ts';

/** The audiences of one process, by what their members have in common. */
export class Audiences<Payload> {
  readonly #audiences = new Map<string, Audience<Payload>>();

  /** How many there are. */
  get size(): number {
    return this.#audiences.size;
  }

  /**
   * Takes in who stands where the reader does, and is to be told the same as all others of that key. null when their
   * audience is elsewhere: then the subscriber reads on by itself, and asks again.
   * @param render What an event is for all of them; that of the first is used.
   */
  attend(key: string, reader: Reader, render: Render<Payload>, sink: Sink<Payload>): Attendance | null {
    const { moment } = reader;
    if (moment === null) return null;
    const present = this.#audiences.get(key);
    if (present !== undefined) return present.attend(moment, sink);
    const audience = new Audience(reader.twin(), render, () => {
      if (this.#audiences.get(key) === audience) this.#audiences.delete(key);
    });
    this.#audiences.set(key, audience);
    const attendance = audience.attend(moment, sink);
    audience.run();
    return attendance;
  }
}
