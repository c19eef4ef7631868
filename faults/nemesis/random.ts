/** Numbers that a seed decides. */
export interface Random {
  /** At least 0 and less than 1. */
  next(): number;
  /** A whole number, at least `from` and less than `to`. */
  between(from: number, to: number): number;
  /** @throws RangeError when there is nothing to choose from. */
  pick<Value>(values: readonly Value[]): Value;
}

/** Mulberry32: the same numbers for the same seed, on every machine. */
export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const between = (from: number, to: number): number => from + Math.floor(next() * (to - from));
  return {
    next,
    between,
    pick(values) {
      const value = values[between(0, values.length)];
      if (value === undefined) throw new RangeError('There is nothing to choose from.');
      return value;
    },
  };
}
