import type { Client } from 'urql';
import { ADD_MESSAGE } from '../api/documents.ts';
import { failureOf, type Failure } from '../api/failure.ts';
import { newKey } from '../api/idempotency-key.ts';
import { Observable } from '../parts/observable.ts';
import { delayAfter, pause } from '../parts/pause.ts';

/** A message of this window that is on its way. */
export interface Outgoing {
  /** Its idempotency key, and that of its row. */
  readonly key: string;
  readonly text: string;
  /**
   * waiting: it did not get through and is sent again by itself; failed: it is not, since that would change nothing;
   * stored: its item was in the transcript, and is all that is shown from then on.
   */
  readonly state: 'sending' | 'waiting' | 'failed' | 'sent' | 'stored';
  readonly failure: Failure | null;
  /** The newest item of the transcript when it was sent; null: there was none. */
  readonly lastSeen: string | null;
  /** The item that it became. */
  readonly itemId: string | null;
}

export interface OutboxTimes {
  /** Resolves when the next try is due, or is not waited for any more. */
  readonly rest: (failures: number, signal: AbortSignal) => Promise<void>;
  /** Milliseconds, as `Date.now`. */
  readonly now: () => number;
}

/** Milliseconds after which nothing is sent again by itself: servers remember a key for 24 hours. */
const PERSISTENCE_MS = 20 * 3_600_000;

const TIMES: OutboxTimes = {
  rest: (failures, signal) => pause(delayAfter(failures), signal),
  now: Date.now,
};

/**
 * What is sent to one conversation, one message after the other: they are stored in the order in which they were sent. One
 * that does not get through holds up the others, and is sent again until it does, or is taken back.
 */
export class Outbox extends Observable<readonly Outgoing[]> {
  readonly #client: Client;
  readonly #sessionId: string;
  readonly #times: OutboxTimes;
  readonly #resting = new Map<string, AbortController>();
  #sending: Promise<void> = Promise.resolve();

  constructor(client: Client, sessionId: string, times: OutboxTimes = TIMES) {
    super([]);
    this.#client = client;
    this.#sessionId = sessionId;
    this.#times = times;
  }

  send(text: string, lastSeen: string | null): void {
    const key = newKey();
    this.set([...this.value, { key, text, state: 'sending', failure: null, lastSeen, itemId: null }]);
    this.#enqueue(key);
  }

  /** At once: the same message with the same key. If it was stored after all, it is not stored twice. */
  retry(key: string): void {
    const state = this.#find(key)?.state;
    if (state === 'waiting') this.#resting.get(key)?.abort();
    if (state !== 'failed') return;
    this.#change(key, { state: 'sending', failure: null });
    this.#enqueue(key);
  }

  /** Takes back what could not be sent; its text. */
  discard(key: string): string {
    const text = this.#find(key)?.text ?? '';
    this.set(this.value.filter((one) => one.key !== key));
    this.#resting.get(key)?.abort();
    return text;
  }

  /** Its item is what is shown from now on. */
  settle(key: string, itemId: string | null): void {
    this.#change(key, { state: 'stored', ...(itemId === null ? {} : { itemId }) });
  }

  #enqueue(key: string): void {
    this.#sending = this.#sending.then(() => this.#deliver(key));
  }

  /** Until it is known what became of it. That the transcript shows such a message is no proof that it is this one. */
  async #deliver(key: string): Promise<void> {
    const begun = this.#times.now();
    for (let failures = 0; ; failures++) {
      const text = this.#find(key)?.text;
      if (text === undefined) return;
      const failure = await this.#try(key, text);
      if (failure === null) return;
      const isOver = !failure.retryable || this.#times.now() - begun > PERSISTENCE_MS;
      if (this.#isOpen(key)) this.#change(key, { state: isOver ? 'failed' : 'waiting', failure });
      // What was taken back meanwhile holds up nobody.
      if (isOver || this.#find(key) === undefined) return;
      const resting = new AbortController();
      this.#resting.set(key, resting);
      await this.#times.rest(failures, resting.signal);
      this.#resting.delete(key);
    }
  }

  /** Why it did not get through; null: it did. */
  async #try(key: string, text: string): Promise<Failure | null> {
    const input = { sessionId: this.#sessionId, role: 'USER', text, idempotencyKey: key } as const;
    const { data, error } = await this.#client.mutation(ADD_MESSAGE, { input }).toPromise();
    if (data === undefined || error !== undefined) return failureOf(error);
    // The transcript may have been told before the answer came.
    if (this.#isOpen(key)) this.#change(key, { state: 'sent', itemId: data.addMessage.message.id });
    return null;
  }

  #isOpen(key: string): boolean {
    const state = this.#find(key)?.state;
    return state === 'sending' || state === 'waiting';
  }

  #find(key: string): Outgoing | undefined {
    return this.value.find((one) => one.key === key);
  }

  #change(key: string, change: Partial<Outgoing>): void {
    this.set(this.value.map((one) => (one.key === key ? { ...one, ...change } : one)));
  }
}
