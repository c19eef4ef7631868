import type { Client } from 'urql';
import { OPENING } from '../api/documents.ts';
import { Observable } from '../parts/observable.ts';
import { titleOf } from './title.ts';

/**
 * What conversations without a title begin with, by their ids: read once each, one after the other, as they come into
 * sight. One whose users have said nothing yet is read again when it is asked for again.
 */
export class Openings extends Observable<ReadonlyMap<string, string>> {
  readonly #client: Client;
  readonly #asked = new Set<string>();
  #reading: Promise<void> = Promise.resolve();

  constructor(client: Client) {
    super(new Map());
    this.#client = client;
  }

  ask(id: string): void {
    if (this.#asked.has(id)) return;
    this.#asked.add(id);
    this.#reading = this.#reading.then(() => this.#read(id));
  }

  /** The conversation was cleared: what it begins with next is asked for anew. */
  forget(id: string): void {
    this.#asked.delete(id);
    if (!this.value.has(id)) return;
    const others = new Map(this.value);
    others.delete(id);
    this.set(others);
  }

  async #read(id: string): Promise<void> {
    const { data } = await this.#client.query(OPENING, { id }).toPromise();
    const title = titleOf(data?.session?.messages.nodes[0]?.text ?? '');
    // What failed is shown by its id until somebody asks again.
    if (title === '') this.#asked.delete(id);
    else this.set(new Map(this.value).set(id, title));
  }
}
