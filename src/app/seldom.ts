import type { Clock } from '../core/clock.ts';

/** How often what goes on is told again, milliseconds. */
const AGAIN_MS = 10_000;

/**
 * Tells of an error at once, and of those like it that follow every ten seconds, with how many came between: a Redis that
 * is away makes several a second.
 */
export function seldom(
  clock: Clock,
  tell: (error: unknown, untold: number) => void,
): (error: unknown) => void {
  let toldAt = Number.NEGATIVE_INFINITY;
  let untold = 0;
  return (error) => {
    if (clock.now() - toldAt < AGAIN_MS) {
      untold++;
      return;
    }
    tell(error, untold);
    toldAt = clock.now();
    untold = 0;
  };
}
