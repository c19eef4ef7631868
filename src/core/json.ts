import { BadUserInputError, PayloadTooLargeError } from './errors.ts';

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

/** Names that reach an object's prototype when they are assigned: refused at any depth. */
const PROTOTYPE_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What is wrong with a value that shall be stored as JSON and come back as it was; null when nothing is. */
export function jsonFault(value: unknown, maxDepth: number): string | null {
  switch (typeof value) {
    case 'string':
      return value.isWellFormed() ? null : 'holds a lone surrogate, which is no text';
    case 'number':
      return Number.isFinite(value) ? null : 'holds a number outside the range of a double';
    case 'boolean':
      return null;
    case 'object':
      break;
    default:
      return `holds a ${typeof value}, which is no JSON`;
  }
  if (value === null) return null;
  if (maxDepth === 0) return 'is nested too deeply';
  if (Array.isArray(value)) return firstFault(value, maxDepth - 1);
  for (const key of Object.keys(value)) {
    if (PROTOTYPE_KEYS.has(key)) return `holds the reserved key ${key}`;
    if (!key.isWellFormed()) return 'holds a lone surrogate, which is no text';
  }
  return firstFault(Object.values(value), maxDepth - 1);
}

function firstFault(values: readonly unknown[], maxDepth: number): string | null {
  for (const value of values) {
    const fault = jsonFault(value, maxDepth);
    if (fault !== null) return fault;
  }
  return null;
}

/** Bytes of a text in UTF-8, the unit of every size limit. */
function utf8Bytes(text: string): number {
  return encoder.encode(text).length;
}
const encoder = new TextEncoder();

export interface JsonBounds {
  /** What the value is called in messages and in `details.path`. */
  readonly name: string;
  /** Nested objects and lists, the outermost counted. */
  readonly maxDepth: number;
  /** Bytes of its JSON text in UTF-8. */
  readonly maxBytes: number;
}

/**
 * The JSON text of an object within its bounds.
 * @throws BadUserInputError for what JSON or the stores cannot hold; PayloadTooLargeError never: metadata that is too
 * large is a fault of the input, see `checkedItemText` for items.
 */
export function checkedJsonObject(value: unknown, bounds: JsonBounds): string {
  const details = { path: [bounds.name] };
  if (!isJsonObject(value)) throw new BadUserInputError(`${bounds.name} must be a JSON object.`, details);
  const fault = jsonFault(value, bounds.maxDepth);
  if (fault !== null) throw new BadUserInputError(`${bounds.name} ${fault}.`, details);
  const text = JSON.stringify(value);
  const actual = utf8Bytes(text);
  if (actual > bounds.maxBytes) {
    throw new BadUserInputError(`${bounds.name} is larger than ${bounds.maxBytes} bytes.`, {
      ...details,
      limit: bounds.maxBytes,
      actual,
    });
  }
  return text;
}

/** @throws PayloadTooLargeError when the text has more bytes of UTF-8 than allowed. */
export function checkBytes(
  text: string,
  limit: number,
  name: string,
  details: { index?: number } = {},
): void {
  // A UTF-16 unit is at most three bytes of UTF-8: most texts need not be encoded to be known to fit.
  if (text.length * 3 <= limit) return;
  const actual = utf8Bytes(text);
  if (actual <= limit) return;
  throw new PayloadTooLargeError(`${name} is larger than ${limit} bytes.`, { ...details, limit, actual });
}

/** JSON merge patch, RFC 7396: null removes a key, objects merge, all else replaces. */
export function mergePatch(target: JsonObject, patch: JsonObject): JsonObject {
  const merged: Record<string, JsonValue> = { ...target };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else if (isJsonObject(value)) {
      const current = merged[key];
      merged[key] = mergePatch(isJsonObject(current) ? current : {}, value);
    } else merged[key] = value;
  }
  return merged;
}

/** JSON text with sorted keys: equal for equal values, whatever order their keys were written in. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    isJsonObject(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : inner,
  );
}
