import type { Client } from 'urql';
import { ADD_MESSAGE } from '../api/documents.ts';
import { failureOf, type Failure } from '../api/failure.ts';
import { newKey } from '../api/idempotency-key.ts';
import { Observable } from '../parts/observable.ts';

/** A message of this window that is on its way. */
export interface Outgoing {
  /** Its idempotency key, and that of its row. */
  readonly key: string;
  readonly text: string;
  /** stored: its item was in the transcript, and is all that is shown from then on. */
  readonly state: 'sending' | 'failed' | 'sent' | 'stored';
  readonly failure: Failure | null;
  /** The newest item of the transcript when it was sent; null: there was none. */
  readonly lastSeen: string | null;
  /** The item that it became. */
  readonly itemId: string | null;
}

/** What is sent to one conversation, one message after the other: they are stored in the order in which they were sent. */
export class Outbox extends Observable<readonly Outgoing[]> {
  readonly #client: Client;
  readonly #sessionId: string;
  #sending: Promise<void> = Promise.resolve();

  constructor(client: Client, sessionId: string) {
    super([]);
    this.#client = client;
    this.#sessionId = sessionId;
  }

  send(text: string, lastSeen: string | null): void {
    const key = newKey();
    this.set([...this.value, { key, text, state: 'sending', failure: null, lastSeen, itemId: null }]);
    this.#enqueue(key, text);
  }

  /** The same message with the same key: if it was stored after all, it is not stored twice. */
  retry(key: string): void {
    const outgoing = this.value.find((one) => one.key === key);
    if (outgoing?.state !== 'failed') return;
    this.#change(key, { state: 'sending', failure: null });
    this.#enqueue(key, outgoing.text);
  }

  /** Takes back what could not be sent; its text. */
  discard(key: string): string {
    const text = this.value.find((one) => one.key === key)?.text ?? '';
    this.set(this.value.filter((one) => one.key !== key));
    return text;
  }

  /** Its item is what is shown from now on. */
  settle(key: string, itemId: string | null): void {
    this.#change(key, { state: 'stored', ...(itemId === null ? {} : { itemId }) });
  }

  #enqueue(key: string, text: string): void {
    this.#sending = this.#sending.then(() => this.#deliver(key, text));
  }

  async #deliver(key: string, text: string): Promise<void> {
    const input = { sessionId: this.#sessionId, role: 'USER', text, idempotencyKey: key } as const;
    const { data, error } = await this.#client.mutation(ADD_MESSAGE, { input }).toPromise();
    if (data === undefined || error !== undefined) {
      this.#change(key, { state: 'failed', failure: failureOf(error) });
    } else {
      this.#delivered(key, data.addMessage.message.id);
    }
  }

  /** The transcript may have been told before the answer came. */
  #delivered(key: string, itemId: string): void {
    const outgoing = this.value.find((one) => one.key === key);
    if (outgoing?.state === 'sending') this.#change(key, { state: 'sent', itemId });
  }

  #change(key: string, change: Partial<Outgoing>): void {
    this.set(this.value.map((one) => (one.key === key ? { ...one, ...change } : one)));
  }
}
