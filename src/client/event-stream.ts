import { withDeadline } from './deadline.ts';
import { EventStreamParser, type ServerSentEvent } from './event-stream-parser.ts';
import { noAnswer } from './retry.ts';

/**
 * An answer that is a `text/event-stream`. It is read only when it is asked, so that a reader who is slow holds back the
 * sender. Whoever leaves it closes it, or fires its signal.
 */
export class EventStream {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #parser = new EventStreamParser();
  readonly #silenceMs: number;
  readonly #signal: AbortSignal;
  readonly #close = (): void => this.close();

  constructor(body: ReadableStream<Uint8Array>, silenceMs: number, signal: AbortSignal) {
    this.#reader = body.getReader();
    this.#silenceMs = silenceMs;
    this.#signal = signal;
    signal.addEventListener('abort', this.#close);
    if (signal.aborted) this.close();
  }

  /**
   * The next events that arrived together; null when the answer has ended.
   * @throws AgentSessionsError NETWORK_ERROR when the connection broke, or no byte came in time; BAD_RESPONSE; ABORTED.
   */
  async next(): Promise<readonly ServerSentEvent[] | null> {
    for (;;) {
      const { done, value } = await this.#read();
      if (done) return null;
      const events = this.#parser.push(value);
      if (events.length > 0) return events;
    }
  }

  close(): void {
    this.#signal.removeEventListener('abort', this.#close);
    // A connection that is being closed has nothing more to say: not even why it cannot be.
    this.#reader.cancel().catch(() => undefined);
  }

  async #read(): Promise<ReadableStreamReadResult<Uint8Array>> {
    try {
      return await withDeadline(() => this.#reader.read(), this.#silenceMs, this.#signal);
    } catch (cause) {
      throw noAnswer(cause, this.#signal);
    }
  }
}
