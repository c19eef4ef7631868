/**
 * New for each thing that is to happen, and kept over its tries. `crypto.randomUUID` is missing on pages that come from
 * another machine without TLS.
 */
export function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
}
