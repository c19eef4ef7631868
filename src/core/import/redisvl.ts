import { isJsonObject, jsonFault, type JsonObject } from '../json.ts';
import type { Limits } from '../limits.ts';
import type { RedisVlRecord } from './foreign.ts';
import { importedItem, IMPORTED_FROM, type ImportedItem, type Provenance } from './imported-item.ts';

/** RedisVL's roles and the names that its older versions gave them; `tool` is a tool's result, no message. */
const ROLES: Readonly<Record<string, string>> = {
  user: 'user',
  assistant: 'assistant',
  llm: 'assistant',
  system: 'system',
  developer: 'developer',
};

/**
 * A message of RedisVL as an item: `{ role, content }`, which is what the class that wrote it gave to the model. A
 * tool's message is the result of its call; where it does not say which, its own entry stands for the call.
 */
export function redisVlItem(record: RedisVlRecord, limits: Limits): ImportedItem {
  const { key, role, content, timestamp, toolCallId, metadata } = record;
  if (role === null) return { entry: key, refused: 'it has no role, or one that is no text' };
  if (content === null) return { entry: key, refused: 'it has no content, or one that is no text' };
  const own = ownMetadata(metadata, limits);
  const provenance: Provenance = {
    timestamp,
    ...(toolCallId === null ? {} : { toolCallId }),
    ...(own === null && metadata !== null ? { metadata } : {}),
  };
  if (role === 'tool') {
    const result = { type: 'function_call_output', call_id: toolCallId ?? key, output: content };
    return importedItem(key, result, provenance, own ?? {}, limits);
  }
  const known = Object.hasOwn(ROLES, role) ? ROLES[role] : undefined;
  if (known === undefined) return { entry: key, refused: `its role is ${JSON.stringify(role.slice(0, 40))}` };
  return importedItem(key, { role: known, content }, provenance, own ?? {}, limits);
}

/** The metadata as an object that an item's may begin with; null when it is none. */
function ownMetadata(text: string | null, limits: Limits): JsonObject | null {
  if (text === null) return null;
  try {
    const value: unknown = JSON.parse(text);
    const usable = isJsonObject(value) && !(IMPORTED_FROM in value);
    return usable && jsonFault(value, limits.metadataDepth) === null ? value : null;
  } catch {
    // Python's JSON holds NaN, and a writer may have put anything there: it is kept as the text that it is.
    return null;
  }
}
