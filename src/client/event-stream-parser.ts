import { AgentSessionsError } from './errors.ts';

/** One event of a `text/event-stream`. */
export interface ServerSentEvent {
  /** `message` when the stream names none. */
  readonly type: string;
  /** Its data lines, joined by newlines. */
  readonly data: string;
}

/** An item has at most 4 MiB of JSON and comes twice, raw and in parts: what is much larger is no event of this server. */
const MOST_UNITS = 16 * 1024 * 1024;

/**
 * Reads a `text/event-stream` (WHATWG HTML, section 9.2.6) from chunks of bytes, wherever they were cut. `id` and `retry`
 * are left out: a place is the cursor in the data. An event without data counts, if it has a name: `complete` needs none.
 */
export class EventStreamParser {
  readonly #decoder = new TextDecoder();
  /** The line that has not ended yet. */
  #line = '';
  /** The last line ended in a CR: a LF that follows belongs to it. */
  #afterReturn = false;
  #type = '';
  #data: string[] = [];
  /** Units that are held of an event that is not complete. */
  #held = 0;

  /**
   * The events that this chunk completes.
   * @throws AgentSessionsError BAD_RESPONSE when an event does not end.
   */
  push(chunk: Uint8Array): readonly ServerSentEvent[] {
    let text = this.#decoder.decode(chunk, { stream: true });
    if (text === '') return [];
    if (this.#afterReturn && text.startsWith('\n')) text = text.slice(1);
    this.#afterReturn = text === '' ? false : text.endsWith('\r');
    // What is new is searched once, however many chunks a line comes in.
    const [first = '', ...rest] = text.split(/\r\n|\n|\r/);
    this.#line += first;
    this.#held += first.length;
    const events: ServerSentEvent[] = [];
    for (const next of rest) {
      const event = this.#endLine();
      if (event !== null) events.push(event);
      this.#line = next;
      this.#held += next.length;
    }
    if (this.#held > MOST_UNITS) {
      throw new AgentSessionsError('BAD_RESPONSE', 'An event of the stream has no end.', {
        details: { limit: MOST_UNITS, actual: this.#held },
      });
    }
    return events;
  }

  /** Takes the line in; the event that it completes, if any. */
  #endLine(): ServerSentEvent | null {
    const line = this.#line;
    if (line === '') return this.#dispatch();
    const colon = line.indexOf(':');
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    if (field === 'event') this.#type = value;
    else if (field === 'data') this.#data.push(value);
    // Comments and other fields are not kept.
    else this.#held -= line.length;
    return null;
  }

  #dispatch(): ServerSentEvent | null {
    const event =
      this.#type === '' && this.#data.length === 0
        ? null
        : { type: this.#type === '' ? 'message' : this.#type, data: this.#data.join('\n') };
    this.#type = '';
    this.#data = [];
    this.#held = 0;
    return event;
  }
}
