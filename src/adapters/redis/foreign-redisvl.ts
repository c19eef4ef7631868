import type { ForeignConversation, ForeignSurvey, RedisVlRecord } from '../../core/import/foreign.ts';
import type { ForeignClient } from './foreign-client.ts';
import { foreignSeconds, foreignText, millisecondsOf } from './foreign-text.ts';
import { listOf } from './reply.ts';

/** Where one record stands in its conversation. */
interface Place {
  readonly key: string;
  readonly entryId: string;
  readonly timestamp: number;
}

/** The places of each conversation's records, by the key of the conversation: its `session_tag`. */
export type RedisVlPlaces = ReadonlyMap<string, readonly Place[]>;

const KEYS = 'agent_sessions:*';
/** Records that are read at once: their texts are what an import holds in memory. */
const RECORDS = 500;

/**
 * Finds the messages of RedisVL's MessageHistory with the name `agent_sessions`. Their keys are not taken apart: a
 * session's tag may hold what separates the parts of a key.
 */
export async function findRedisVl(
  client: ForeignClient,
  onFound: (entries: number) => void,
): Promise<ForeignSurvey & { readonly places: RedisVlPlaces }> {
  const places = new Map<string, Place[]>();
  const strays: { entry: string; reason: string }[] = [];
  const seen = new Set<string>();
  for await (const scanned of client.keys(KEYS, 'hash')) {
    const keys = scanned.filter((key) => !seen.has(key));
    const replies = await client.batch((commands) => {
      for (const key of keys) commands.hmgetBuffer(key, 'session_tag', 'timestamp', 'entry_id');
    });
    for (const [i, key] of keys.entries()) {
      seen.add(key);
      const [tag = null, time = null, entryId] = listOf(replies[i]).map(foreignText);
      const timestamp = foreignSeconds(time);
      if (tag === null) strays.push({ entry: key, reason: 'it has no session_tag, or one that is no text' });
      else if (timestamp === null) strays.push({ entry: key, reason: 'it has no timestamp' });
      else append(places, tag, { key, entryId: entryId ?? key, timestamp });
    }
    onFound(seen.size);
  }
  for (const list of places.values()) list.sort(byTime);
  return { conversations: [...places].map(conversationOf), strays, places };
}

/** The records of a conversation in the order of their time, and of their entries where that is the same. */
export async function* readRedisVl(
  client: ForeignClient,
  places: readonly Place[],
): AsyncIterable<readonly RedisVlRecord[]> {
  for (let start = 0; start < places.length; start += RECORDS) {
    const part = places.slice(start, start + RECORDS);
    const replies = await client.batch((commands) => {
      for (const { key } of part) commands.hmgetBuffer(key, 'role', 'content', 'tool_call_id', 'metadata');
    });
    yield part.map(({ key, timestamp }, i) => {
      const [role = null, content = null, toolCallId = null, metadata = null] = listOf(replies[i]).map(
        foreignText,
      );
      return { format: 'REDISVL', key, role, content, timestamp, toolCallId, metadata };
    });
  }
}

function append(places: Map<string, Place[]>, tag: string, place: Place): void {
  const list = places.get(tag);
  if (list === undefined) places.set(tag, [place]);
  else list.push(place);
}

function byTime(a: Place, b: Place): number {
  return a.timestamp - b.timestamp || compare(a.entryId, b.entryId) || compare(a.key, b.key);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function conversationOf([tag, list]: [string, readonly Place[]]): ForeignConversation {
  return {
    format: 'REDISVL',
    id: tag,
    key: tag,
    size: list.length,
    createdAt: millisecondsOf(list[0]?.timestamp ?? null),
    updatedAt: millisecondsOf(list.at(-1)?.timestamp ?? null),
  };
}
