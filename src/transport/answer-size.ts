import type { ExecutionResult } from 'graphql';
import { PayloadTooLargeError } from '../core/errors.ts';
import { OpaqueJson } from '../graphql/opaque-json.ts';

/**
 * What is executed holds a text once, however often it was asked for; what is written holds it as often. So the answer is
 * measured before it is written, in characters, those that JSON puts before others left out.
 * @throws PayloadTooLargeError
 */
export function checkAnswer({ data }: ExecutionResult, limit: number): void {
  if (rest(data, limit) >= 0) return;
  throw new PayloadTooLargeError(
    `An answer may have ${limit} characters: ask for less at once. What a mutation wrote is written.`,
    { limit },
  );
}

/** Of what has no length of its own: numbers, and what stands around a value. */
const OF_A_VALUE = 4;

/** How much of the room is left behind a value; once there is none, nothing more is looked at. */
function rest(value: unknown, room: number): number {
  if (room < 0) return room;
  if (typeof value === 'string') return room - value.length - OF_A_VALUE;
  if (typeof value !== 'object' || value === null) return room - OF_A_VALUE;
  if (value instanceof OpaqueJson) return rest(value.toJSON(), room);
  let left = room - OF_A_VALUE;
  if (Array.isArray(value)) {
    for (const each of value) if ((left = rest(each, left)) < 0) return left;
    return left;
  }
  for (const [key, inner] of Object.entries(value)) {
    if ((left = rest(inner, left - key.length)) < 0) return left;
  }
  return left;
}
