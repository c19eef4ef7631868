import type { Fault } from './fault.ts';
import type { Random } from './random.ts';

/** What the nemesis will do: decided before it begins, by a seed. */
export interface Strike {
  readonly fault: Fault;
  /** Milliseconds after the one before was put right. */
  readonly pauseMs: number;
  readonly lastsMs: number;
  /** For what the fault chooses itself. */
  readonly seed: number;
}

/** Every fault once in any order, then again in another, for as long as there is time. */
export function scheduleOf(faults: readonly Fault[], milliseconds: number, random: Random): Strike[] {
  const strikes: Strike[] = [];
  let left = milliseconds;
  let deck: Fault[] = [];
  while (faults.length > 0) {
    if (deck.length === 0) deck = shuffled(faults, random);
    const fault = deck.pop();
    if (fault === undefined) break;
    const [least, most] = fault.lasts;
    const strike = {
      fault,
      pauseMs: random.between(150, 600),
      lastsMs: random.between(least, most + 1),
      seed: random.between(0, 2 ** 31),
    };
    left -= strike.pauseMs + strike.lastsMs;
    if (left < 0) break;
    strikes.push(strike);
  }
  return strikes;
}

function shuffled<Value>(values: readonly Value[], random: Random): Value[] {
  return values
    .map((value) => ({ value, by: random.next() }))
    .toSorted((one, other) => one.by - other.by)
    .map(({ value }) => value);
}
