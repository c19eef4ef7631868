import { isUtf8 } from 'node:buffer';

/** What a reply of bytes says; null for an absent field, and for bytes that are no text and would be altered as one. */
export function foreignText(reply: unknown): string | null {
  return Buffer.isBuffer(reply) && isUtf8(reply) ? reply.toString() : null;
}

/** Seconds since 1970 as a field has them, whole or not; null when it has none. */
export function foreignSeconds(text: string | null): number | null {
  const seconds = text === null || text.trim() === '' ? Number.NaN : Number(text);
  return Number.isFinite(seconds) ? seconds : null;
}

export function millisecondsOf(seconds: number | null): number | null {
  return seconds === null ? null : Math.round(seconds * 1000);
}
