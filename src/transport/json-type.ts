/**
 * Whether a body is JSON by its type. Forms and plain text, which any page on the web may have sent without being asked
 * for leave, are no way to write.
 */
export function isJsonType(contentType: string | null | undefined): boolean {
  return /^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i.test(contentType ?? '');
}

/** The same of a body that is not compressed: what is could be of any size. */
export function isPlainJson(
  contentType: string | null | undefined,
  encoding: string | null | undefined,
): boolean {
  return isJsonType(contentType) && (encoding ?? 'identity') === 'identity';
}
