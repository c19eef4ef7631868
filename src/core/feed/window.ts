import type { Doorbell, Moment } from '../live.ts';
import { sizeOf } from './change-size.ts';

export interface WindowBounds {
  /** Changes kept for readers that are a little behind; older ones are read from the store. */
  readonly changes: number;
  /** Characters of items, their metadata and drafts kept. */
  readonly characters: number;
  /** Characters that a reader is handed at once: what it keeps alive when it stands still. */
  readonly handed: number;
}

/** What leads from one moment of a session to another. */
export type Bell = Exclude<Doorbell, 'look'>;

interface Kept extends Bell {
  readonly characters: number;
}

const NOTHING: readonly Bell[] = [];

/**
 * The newest changes that doorbells brought, an unbroken chain of moments. It is a cache in front of the store: what
 * does not fit the chain replaces it, and who stands outside it reads the store.
 */
export class Window {
  readonly #bounds: WindowBounds;
  #bells: Kept[] = [];
  /**
   * The moment at which each bell begins, and how many bells came before it since the chain began. Of the first bells
   * only: where all follow at once nobody asks for more than the last one.
   */
  #numbers: Map<string, number> | undefined;
  /** How many bells, of those that are here, have their number there. */
  #numbered = 0;
  #dropped = 0;
  #changes = 0;
  #characters = 0;

  constructor(bounds: WindowBounds) {
    this.#bounds = bounds;
  }

  /** The last moment that is known; null when none is. */
  get end(): Moment | null {
    return this.#bells.at(-1)?.to ?? null;
  }

  /** @param most How many changes are worth keeping now. */
  push({ from, to, changes }: Bell, most: number = this.#bounds.changes): void {
    const { end } = this;
    if (end === null || !isSame(end, from)) this.forget();
    const bell = { from, to, changes, characters: changes.reduce((sum, change) => sum + sizeOf(change), 0) };
    this.#bells.push(bell);
    this.#changes += changes.length;
    this.#characters += bell.characters;
    const kept = Math.min(most, this.#bounds.changes);
    if (this.#isFull(kept, 1)) this.#trim(kept);
  }

  /**
   * The first of the bells that follow a moment, none when nothing does; null when the moment is not in the window. At
   * least one, and no more after so many characters.
   */
  after(moment: Moment): readonly Bell[] | null {
    const last = this.#bells.at(-1);
    if (last !== undefined && isSame(last.to, moment)) return NOTHING;
    if (last !== undefined && isSame(last.from, moment)) return [last];
    const number = this.#numberOf(moment);
    if (number !== undefined) {
      const first = number - this.#dropped;
      let characters = 0;
      let end = first;
      while (end < this.#bells.length && characters < this.#bounds.handed) {
        characters += this.#bells[end++]?.characters ?? 0;
      }
      return this.#bells.slice(first, end);
    }
    return null;
  }

  /**
   * A number that is greater for later moments of one unbroken chain; null for a moment outside the window.
   */
  numberOf(moment: Moment): number | null {
    const last = this.#bells.at(-1);
    if (last !== undefined && isSame(last.to, moment)) return this.#dropped + this.#bells.length;
    return this.#numberOf(moment) ?? null;
  }

  forget(): void {
    this.#dropped += this.#bells.length + 1;
    this.#bells.length = 0;
    this.#numbers = undefined;
    this.#numbered = 0;
    this.#changes = 0;
    this.#characters = 0;
  }

  /** The same for who is at the end, and knows it. */
  clear(): void {
    if (this.#bells.length > 0) this.forget();
  }

  #numberOf(moment: Moment): number | undefined {
    if (this.#bells.length === 0) return undefined;
    this.#numbers ??= new Map();
    for (; this.#numbered < this.#bells.length; this.#numbered++) {
      const bell = this.#bells[this.#numbered];
      if (bell !== undefined) this.#numbers.set(keyOf(bell.from), this.#dropped + this.#numbered);
    }
    return this.#numbers.get(keyOf(moment));
  }

  /** Halves the window, so that trimming is rare; the newest bell stays, since the end must be known. */
  #trim(changes: number): void {
    let count = 0;
    while (this.#isFull(changes, 2) && count < this.#bells.length - 1) {
      const bell = this.#bells[count++];
      if (bell === undefined) break;
      if (count <= this.#numbered) this.#numbers?.delete(keyOf(bell.from));
      this.#changes -= bell.changes.length;
      this.#characters -= bell.characters;
    }
    this.#bells.splice(0, count);
    this.#numbered = Math.max(0, this.#numbered - count);
    this.#dropped += count;
  }

  #isFull(changes: number, share: number): boolean {
    return this.#changes > changes / share || this.#characters > this.#bounds.characters / share;
  }
}

export function isSame(one: Moment | null, other: Moment | null): boolean {
  return one?.entry === other?.entry && one?.drafts === other?.drafts;
}

function keyOf({ entry, drafts }: Moment): string {
  return `${entry} ${drafts}`;
}
