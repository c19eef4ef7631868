/**
 * A message as the protocol's server takes it: clients that name a document in place of its text may leave the text out,
 * and the protocol knows none without.
 */
export function withQuery(text: string): string {
  if (!text.includes('"documentId"') && !text.includes('"persistedQuery"')) return text;
  const message = parsed(text);
  if (!isObject(message) || message['type'] !== 'subscribe') return text;
  const { payload } = message;
  if (!isObject(payload) || (payload['query'] ?? null) !== null) return text;
  try {
    return JSON.stringify({ ...message, payload: { ...payload, query: '' } });
  } catch {
    // It is nested so deeply that it can be read and not be written.
    return text;
  }
}

const OF_SERVERS: ReadonlySet<unknown> = new Set(['connection_ack', 'next', 'error']);

/** Whether it is a message of the protocol that no client sends. */
export function isOfServers(text: string): boolean {
  const message = parsed(text);
  return isObject(message) && OF_SERVERS.has(message['type']);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The protocol's server says what becomes of it.
    return null;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
