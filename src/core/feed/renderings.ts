import type { EntryId } from '../cursor.ts';
import type { Render, Rendered } from './audience.ts';
import { sizeOfEntry } from './change-size.ts';

interface Kept<Payload> {
  readonly rendered: Rendered<Payload>;
  readonly characters: number;
}

/** Characters that are kept for each of those who are behind, about what each holds itself; and for all of them. */
const EACH = 32 * 1024;
const ALL = 1024 * 1024;
/** Counted for each payload beside the texts of its entry. */
const PAYLOAD_CHARACTERS = 200;

/** What entries are for those who are told the same and are behind: who comes by later finds what is made already. */
export class Renderings<Payload> {
  /** How many are behind. */
  behind = 0;
  readonly #kept = new Map<EntryId, Kept<Payload>>();
  #characters = 0;

  /** The same as `render` makes of it. */
  render(
    render: Render<Payload>,
    ...[event, reader]: Parameters<Render<Payload>>
  ): ReturnType<Render<Payload>> {
    // One alone finds nothing.
    if (event.kind !== 'entry' || this.behind < 2) return render(event, reader);
    const { entry } = event;
    const kept = this.#kept.get(entry.id);
    if (kept !== undefined) return kept.rendered;
    const rendered = render(event, reader);
    // What has to be waited for depends on more than the entry.
    if (rendered instanceof Promise) return rendered;
    const characters = sizeOfEntry(entry) + PAYLOAD_CHARACTERS;
    this.#kept.set(entry.id, { rendered, characters });
    this.#characters += characters;
    this.#trim();
    return rendered;
  }

  #trim(): void {
    const bound = Math.min(ALL, EACH * this.behind);
    for (const [id, { characters }] of this.#kept) {
      if (this.#characters <= bound) return;
      this.#kept.delete(id);
      this.#characters -= characters;
    }
  }
}
