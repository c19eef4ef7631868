import type { EntryId } from '../cursor.ts';
import type { LogEntry } from '../log.ts';
import type { LogRead } from '../store-reads.ts';
import { sizeOfEntry } from './change-size.ts';

type Page = Extract<LogRead, { readonly state: 'ok' }>;

interface Kept {
  readonly page: Page;
  /** The place after which it was read. */
  readonly after: EntryId | null;
  readonly characters: number;
}

/** Counted for each entry beside its texts. */
const ENTRY_CHARACTERS = 100;

/**
 * Pages of the log that were read lately, for others that are behind and come by soon after, wherever they stand in them.
 * None reaches the log's end: what is kept does not change any more.
 */
export class Pages {
  readonly #bound: number;
  #kept: Kept[] = [];
  /** Which entry of which page follows a place. */
  readonly #places = new Map<EntryId | null, { readonly kept: Kept; readonly index: number }>();
  #characters = 0;
  #isUsed = false;

  /** @param bound Characters that are kept. */
  constructor(bound: number) {
    this.#bound = bound;
  }

  /** What follows a place, to the end of the page that has it; null when none has. */
  find(after: EntryId | null): Page | null {
    const found = this.#places.get(after);
    if (found === undefined) return null;
    this.#isUsed = true;
    const { page } = found.kept;
    return found.index === 0 ? page : { ...page, entries: page.entries.slice(found.index) };
  }

  /** Keeps a page that does not reach the log's end. */
  keep(after: EntryId | null, page: Page): void {
    const characters = page.entries.reduce((sum, entry) => sum + sizeOfEntry(entry) + ENTRY_CHARACTERS, 0);
    if (characters > this.#bound) return;
    const kept = { page, after, characters };
    this.#isUsed = true;
    this.#kept.push(kept);
    this.#characters += characters;
    for (const [index, place] of placesOf(kept).entries()) this.#places.set(place, { kept, index });
    while (this.#characters > this.#bound) this.#drop();
  }

  /** Forgets all, if nobody has come by since it was asked last; whether anything is left. */
  forgetUnused(): boolean {
    if (!this.#isUsed) this.forget();
    this.#isUsed = false;
    return this.#kept.length > 0;
  }

  forget(): void {
    this.#kept = [];
    this.#places.clear();
    this.#characters = 0;
  }

  #drop(): void {
    const oldest = this.#kept.shift();
    if (oldest === undefined) return;
    this.#characters -= oldest.characters;
    // Another page may have the same places since.
    for (const place of placesOf(oldest)) {
      if (this.#places.get(place)?.kept === oldest) this.#places.delete(place);
    }
  }
}

/** The places that the entries of a page follow. */
function placesOf({ after, page: { entries } }: Kept): (EntryId | null)[] {
  return [after, ...entries.slice(0, -1).map(({ id }: LogEntry) => id)];
}
