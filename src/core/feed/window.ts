import type { EntryId } from '../cursor.ts';
import type { LogEntry } from '../log.ts';

export interface WindowBounds {
  /** Entries kept for readers that are a little behind; older ones are read from the log. */
  readonly entries: number;
  /** Characters of items and their metadata kept. */
  readonly characters: number;
}

/**
 * The newest entries that doorbells brought, an unbroken chain of `prev` links. It is a cache in front of the log: what
 * does not fit the chain replaces it, and who stands outside it reads the log.
 */
export class Window {
  readonly #bounds: WindowBounds;
  /** Where who is to be given `#entries[0]` stands. */
  #start: EntryId | null = null;
  #entries: LogEntry[] = [];
  #index = new Map<EntryId, number>();
  #characters = 0;

  constructor(bounds: WindowBounds) {
    this.#bounds = bounds;
  }

  /** The place after the last entry; null when nothing is known. */
  get end(): EntryId | null {
    return this.#entries.at(-1)?.id ?? this.#start;
  }

  push(prev: EntryId, entries: readonly LogEntry[]): void {
    if (this.end !== prev) {
      this.forget();
      this.#start = prev;
    }
    this.#add(entries);
    if (this.#entries.length > this.#bounds.entries || this.#characters > this.#bounds.characters)
      this.#trim();
  }

  /** What follows a place; null when the place is not in the window. */
  after(place: EntryId): readonly LogEntry[] | null {
    if (place === this.#start) return this.#entries.slice();
    const at = this.#index.get(place);
    return at === undefined ? null : this.#entries.slice(at + 1);
  }

  forget(): void {
    this.#start = null;
    this.#entries = [];
    this.#index.clear();
    this.#characters = 0;
  }

  /** Halves the window, so that trimming is rare; the newest entry stays, since the end must be known. */
  #trim(): void {
    const kept = this.#entries.slice(-Math.max(1, Math.floor(this.#bounds.entries / 2)));
    let characters = kept.reduce((sum, entry) => sum + charactersOf(entry), 0);
    while (characters > this.#bounds.characters / 2 && kept.length > 1) {
      const dropped = kept.shift();
      if (dropped !== undefined) characters -= charactersOf(dropped);
    }
    this.forget();
    this.#start = kept[0]?.prev ?? null;
    this.#add(kept);
  }

  #add(entries: readonly LogEntry[]): void {
    for (const entry of entries) {
      this.#index.set(entry.id, this.#entries.push(entry) - 1);
      this.#characters += charactersOf(entry);
    }
  }
}

function charactersOf(entry: LogEntry): number {
  return entry.kind === 'item' ? entry.item.raw.length + entry.item.metadata.length : 0;
}
