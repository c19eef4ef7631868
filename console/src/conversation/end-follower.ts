/** What a scrolled element says of itself, in pixels. */
export interface ScrollPlace {
  readonly top: number;
  readonly height: number;
  /** Of what is in sight. */
  readonly view: number;
}

/** Pixels from the end within which one reads the newest. */
export const NEAR_END = 80;

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

  /** The element is somewhere else than before, or as large as it was not. */
  moved(place: ScrollPlace): void {
    const last = this.#last;
    this.#last = place;
    const distance = distanceFromEnd(place);
    if (distance <= 2) this.#follows = true;
    else if (place.top < last.top && place.height >= last.height) this.#follows = false;
    else if (distance <= NEAR_END && distance < distanceFromEnd(last)) this.#follows = true;
  }
}

export function distanceFromEnd({ top, height, view }: ScrollPlace): number {
  return Math.max(0, height - view - top);
}
