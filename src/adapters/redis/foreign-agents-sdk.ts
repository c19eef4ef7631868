import type { AgentsSdkRecord, ForeignConversation } from '../../core/import/foreign.ts';
import type { ForeignClient } from './foreign-client.ts';
import { foreignSeconds, foreignText, millisecondsOf } from './foreign-text.ts';
import { listOf } from './reply.ts';

const PREFIX = 'agents:session:';
const SUFFIX = ':messages';
/** Items that are read at once: they are what an import holds in memory. */
const ITEMS = 500;

/** Finds the Redis sessions of the Agents SDK for Python: a list of items each, and a hash beside it. */
export async function findAgentsSdk(
  client: ForeignClient,
  onFound: (entries: number) => void,
): Promise<readonly ForeignConversation[]> {
  const conversations = new Map<string, ForeignConversation>();
  let entries = 0;
  for await (const scanned of client.keys(`${PREFIX}*${SUFFIX}`, 'list')) {
    const keys = scanned.filter((key) => !conversations.has(key));
    const replies = await client.batch((commands) => {
      for (const key of keys) {
        commands.llen(key);
        commands.hmgetBuffer(key.slice(0, -SUFFIX.length), 'session_id', 'created_at', 'updated_at');
      }
    });
    for (const [i, key] of keys.entries()) {
      const size = Number(replies[2 * i]);
      const [id = null, createdAt = null, updatedAt = null] = listOf(replies[2 * i + 1]).map(foreignText);
      conversations.set(key, {
        format: 'AGENTS_SDK',
        // A list whose hash is gone is known by its key alone.
        id: id ?? key.slice(PREFIX.length, -SUFFIX.length),
        key,
        size,
        createdAt: millisecondsOf(foreignSeconds(createdAt)),
        updatedAt: millisecondsOf(foreignSeconds(updatedAt)),
      });
      entries += size;
    }
    onFound(entries);
  }
  return [...conversations.values()];
}

/** The items of a conversation that were there when it was found. */
export async function* readAgentsSdk(
  client: ForeignClient,
  { key, size }: ForeignConversation,
): AsyncIterable<readonly AgentsSdkRecord[]> {
  for (let start = 0; start < size; start += ITEMS) {
    const end = Math.min(start + ITEMS, size) - 1;
    const [reply] = await client.batch((commands) => void commands.lrangeBuffer(key, start, end));
    yield listOf(reply).map((item, i) => ({
      format: 'AGENTS_SDK',
      key,
      index: start + i,
      json: foreignText(item),
    }));
  }
}
