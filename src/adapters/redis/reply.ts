/**
 * What Redis replies is `unknown` until it was looked at. A shape that no script gives is a fault of this adapter, so
 * these throw plain errors, which no caller handles.
 */
export function textOf(reply: unknown): string {
  if (typeof reply === 'string') return reply;
  if (typeof reply === 'number') return String(reply);
  throw new TypeError(`A text was expected in a reply of Redis, not ${typeof reply}.`);
}

export function listOf(reply: unknown): readonly unknown[] {
  if (Array.isArray(reply)) return reply;
  throw new TypeError(`A list was expected in a reply of Redis, not ${typeof reply}.`);
}

/** Each element a text, or null. */
export function textsOf(reply: unknown): readonly (string | null)[] {
  return listOf(reply).map((value) => (value === null ? null : textOf(value)));
}
