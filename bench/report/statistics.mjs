/** The middle of some numbers and their ends; null without any. */
export function spread(numbers) {
  const sorted = numbers.filter((number) => Number.isFinite(number)).toSorted((a, b) => a - b);
  if (sorted.length === 0) return null;
  const middle = sorted.length / 2;
  const median =
    sorted.length % 2 === 1 ? sorted[Math.floor(middle)] : (sorted[middle - 1] + sorted[middle]) / 2;
  return { median, least: sorted[0], most: sorted.at(-1) };
}

/** A number with three figures that count. */
export function short(number) {
  if (number >= 1_000) return Number(number.toPrecision(3)).toLocaleString('en');
  return String(Number(number.toPrecision(3)));
}

/** `5.1 (4.9–5.6)`; only the middle when there is one number. */
export function withSpread(numbers) {
  const { median, least, most } = spread(numbers) ?? {};
  if (median === undefined) return '–';
  return least === most ? short(median) : `${short(median)} (${short(least)}–${short(most)})`;
}
