import type { JsonObject } from '../json.ts';
import { comparable, type Comparable } from './comparable.ts';
import { repeatsByIdentity } from './repeated-identities.ts';
import { shapeOf } from './shape.ts';
import { namedAgent } from './transfers.ts';

interface Listed {
  readonly raw: JsonObject;
  readonly derived: boolean;
  /** The place in the list that was handed in; what comes out of one wrapper shares one. */
  readonly index: number;
}

/**
 * Each item once. A repeat is known by its identity; where it has none, by saying the same in the same place of a
 * stretch that is known to repeat, as what follows a wrapper repeats the wrapper's tail. Equal text alone never makes
 * two messages one.
 *
 * The place is that of the first: wrappers tell the conversation in its order, while what repeats them comes later than
 * it happened. The copy is the one that its author wrote, with its id and full content.
 */
export function withoutRepeats<Item extends Listed>(items: readonly Item[]): Item[] {
  const repeats = new Repeats(items);
  // Only wrapped histories repeat what has no identity.
  if (items.some(({ derived }) => derived)) {
    repeats.findByPlace();
    repeats.findAfterLastWrapper();
  }
  return repeats.list();
}

class Repeats<Item extends Listed> {
  readonly #items: readonly Item[];
  readonly #compared: readonly Comparable[];
  /** For a repeat, the earlier item that it repeats. */
  readonly #originals: Map<number, number>;
  /** Items that stand between two repeats, and so belong between the originals of these: the original before them. */
  readonly #places = new Map<number, number>();
  /** For each text, where it was said. */
  readonly #said = new Map<string, number[]>();
  /** For each item, the last one up to it that somebody gave the run: no run repeats what is older. */
  readonly #given: number[] = [];

  constructor(items: readonly Item[]) {
    this.#items = items;
    this.#compared = items.map(({ raw, derived }) => comparable(raw, derived));
    this.#originals = repeatsByIdentity(this.#compared);
  }

  /** What stands right before a repeat, and has no identity to be known by, repeats what stands before the original. */
  findByPlace(): void {
    let run = 0;
    for (const [at, item] of this.#compared.entries()) {
      const given = item.role !== null && item.role !== 'ASSISTANT';
      this.#given.push(given ? at : (this.#given[at - 1] ?? -1));
      if (this.#originals.has(at)) {
        this.#matchBefore(at, run);
        run = at + 1;
      } else if (!this.#mayRepeat(at)) run = at + 1;
      const places = this.#said.get(item.evened);
      if (places === undefined) this.#said.set(item.evened, [at]);
      else places.push(at);
    }
  }

  /** Matches the items from `run` up to the repeat `at` with those before its original, the last ones first. */
  #matchBefore(at: number, run: number): void {
    const original = this.#original(at);
    const before = run === 0 || !this.#originals.has(run - 1) ? undefined : this.#original(run - 1);
    const between = before !== undefined && before < original;
    const floor = between ? before : (this.#given[original] ?? -1);
    let ceiling = original;
    for (let item = at - 1; item >= run && item > original; item--) {
      const match = this.#lastBetween(floor, ceiling, item, between);
      if (match !== null) {
        this.#originals.set(item, match);
        ceiling = match;
      } else if (between) this.#places.set(item, before);
      else return;
    }
    if (between) this.#findSaidAgain(before, ceiling);
  }

  /** The last item between two places that says the same as `item`, and is no repeat itself. */
  #lastBetween(floor: number, ceiling: number, item: number, between: boolean): number | null {
    const places = this.#said.get(this.#compared[item]?.evened ?? '') ?? [];
    for (let nth = countBelow(places, ceiling) - 1; nth >= 0; nth--) {
      const place = places[nth] ?? -1;
      if (place <= floor) return null;
      // Before the first known repeat only a wrapper's items are repeated for certain.
      if (!between && this.#compared[place]?.derived !== true) continue;
      if (!this.#originals.has(place) && this.#mayEqual(place, item)) return place;
    }
    return null;
  }

  /**
   * Until 0.18 the second hand-off of a run wrote what had been said before the first one once more, right after its
   * result. What comes later in the list repeats the run as it was: it has nothing there.
   */
  #findSaidAgain(result: number, ceiling: number): void {
    if (!this.#handsOver(result)) return;
    const [start, end] = this.#turnBefore(result);
    const length = end - start;
    // What was written once more is in the same wrapper; what stands outside of it was said.
    const inside =
      result + length < ceiling && this.#items[result + length]?.index === this.#items[result]?.index;
    if (inside && this.#repeatsAt(result + 1, start, length)) this.#mark(result + 1, start, length);
  }

  #handsOver(at: number): boolean {
    const raw = this.#items[at]?.raw;
    const shape = raw === undefined ? null : shapeOf(raw);
    return shape?.kind === 'result' && namedAgent(shape.output) !== null;
  }

  /**
   * `to_input_list(mode="normalized")` repeats only what is no call: what was said in the turn that handed over follows
   * the wrapper, while the call and its result, which end the wrapper, do not.
   */
  findAfterLastWrapper(): void {
    const last = this.#items.findLastIndex(({ derived }) => derived);
    let at = this.#items.length;
    while (at > last + 1 && !this.#originals.has(at - 1)) at--;
    const repeated = at > last + 1 ? this.#original(at - 1) : -1;
    const [first, end] = this.#turnBefore(last);
    for (let start = Math.max(first, repeated + 1); start < end; start++) {
      if (!this.#repeatsAt(at, start, end - start)) continue;
      this.#mark(at, start, end - start);
      return;
    }
  }

  /** What the model said in the turn that ends with the results at `last`, in the same wrapper. */
  #turnBefore(last: number): [start: number, end: number] {
    const wrapper = this.#items[last]?.index;
    let end = last;
    for (const kind of ['result', 'call']) {
      while (this.#items[end]?.index === wrapper && this.#isOfCall(end, kind)) end--;
    }
    let start = end + 1;
    while (this.#items[start - 1]?.index === wrapper && this.#mayRepeat(start - 1)) start--;
    return [start, end + 1];
  }

  #repeatsAt(at: number, start: number, length: number): boolean {
    for (let nth = 0; nth < length; nth++) {
      const item = this.#compared[at + nth];
      if (item === undefined || item.evened !== this.#compared[start + nth]?.evened) return false;
      if (!this.#mayRepeat(at + nth) || !this.#mayEqual(start + nth, at + nth)) return false;
    }
    return true;
  }

  #mark(at: number, start: number, length: number): void {
    for (let nth = 0; nth < length; nth++) this.#originals.set(at + nth, start + nth);
  }

  #isOfCall(at: number, kind: string): boolean {
    return this.#compared[at]?.identity?.startsWith(`${kind} of call `) === true;
  }

  /** Whether an item that is no known repeat may still be one: it came from the run, and no call's id denies it. */
  #mayRepeat(at: number): boolean {
    const item = this.#compared[at];
    if (item === undefined || this.#originals.has(at) || item.called) return false;
    return item.role === null ? item.identity === null : item.role === 'ASSISTANT';
  }

  #mayEqual(original: number, repeat: number): boolean {
    return this.#compared[original]?.identity === null || this.#compared[repeat]?.identity === null;
  }

  #original(at: number): number {
    let original = at;
    for (let next: number | undefined = at; next !== undefined; next = this.#originals.get(next))
      original = next;
    return original;
  }

  list(): Item[] {
    const copies = [...this.#items];
    const placed = new Map<number, Item[]>();
    for (const [at, item] of this.#items.entries()) {
      if (this.#originals.has(at)) {
        const original = this.#original(at);
        if (this.#isBetter(item, copies[original], at, original)) copies[original] = item;
      }
      const place = this.#places.get(at);
      if (place === undefined) continue;
      const there = placed.get(place);
      if (there === undefined) placed.set(place, [item]);
      else there.push(item);
    }
    return copies.flatMap((item, at) => {
      if (this.#originals.has(at) || this.#places.has(at)) return [];
      return [item, ...(placed.get(at) ?? [])];
    });
  }

  #isBetter(copy: Item, kept: Item | undefined, at: number, original: number): boolean {
    if (kept?.derived !== true) return false;
    return (
      !copy.derived || (this.#compared[original]?.identity === null && this.#compared[at]?.identity !== null)
    );
  }
}

/** How many of these ascending numbers are below a bound. */
function countBelow(numbers: readonly number[], bound: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((numbers[middle] ?? 0) < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}
