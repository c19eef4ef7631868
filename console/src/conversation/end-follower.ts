/** What a scrolled element says of itself, in pixels. */
export interface ScrollPlace {
  readonly top: number;
  readonly height: number;
  /** Of what is in sight. */
  readonly view: number;
}

/** Pixels from the end within which one reads the newest. */
export const NEAR_END = 80;
/** Pixels from the end that are none: browsers round. */
const AT_END = 2;

/**
 * Whether the end is to be followed while it grows. Who moves away from it, however little, is let go at once; who comes
 * near it again is taken along. What grows moves nobody, and so decides nothing.
 */
export class EndFollower {
  #follows = true;
  #last: ScrollPlace = { top: 0, height: 0, view: 0 };

  get follows(): boolean {
    return this.#follows;
  }

  follow(): void {
    this.#follows = true;
  }

  /** Somebody acts on what is in sight, which therefore stays where it is, whatever grows below it. */
  letGo(): void {
    this.#follows = false;
  }

  /** The same place as before, in what may have grown or shrunk around it: who sees the end is taken along again. */
  grown(place: ScrollPlace): void {
    this.#last = place;
    if (distanceFromEnd(place) <= AT_END) this.#follows = true;
  }

  /** The element is somewhere else than before, or as large as it was not. */
  moved(place: ScrollPlace): void {
    const last = this.#last;
    this.#last = place;
    const distance = distanceFromEnd(place);
    if (distance <= AT_END) this.#follows = true;
    else if (place.top < last.top && place.height >= last.height) this.#follows = false;
    else if (distance <= NEAR_END && distance < distanceFromEnd(last)) this.#follows = true;
  }
}

export function distanceFromEnd({ top, height, view }: ScrollPlace): number {
  return Math.max(0, height - view - top);
}
