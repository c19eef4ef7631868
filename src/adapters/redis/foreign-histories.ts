import type { ForeignConversation, ForeignHistories } from '../../core/import/foreign.ts';
import { findAgentsSdk, readAgentsSdk } from './foreign-agents-sdk.ts';
import { connectForeign } from './foreign-client.ts';
import { findRedisVl, readRedisVl, type RedisVlPlaces } from './foreign-redisvl.ts';

/**
 * The histories that a Redis holds of RedisVL and of the Agents SDK. It is read with SCAN and in batches, so that the
 * others who use it notice nothing; what an import holds of it is the keys and times of all records, and the contents
 * of a few hundred.
 * @param url `redis://` or `rediss://`.
 */
export function createForeignHistories(url: string): ForeignHistories {
  const client = connectForeign(url);
  let places: RedisVlPlaces = new Map();
  return {
    async survey(onFound) {
      const redisVl = await findRedisVl(client, onFound);
      const found = redisVl.strays.length + redisVl.conversations.reduce((sum, { size }) => sum + size, 0);
      const agentsSdk = await findAgentsSdk(client, (entries) => onFound(found + entries));
      ({ places } = redisVl);
      return { conversations: [...redisVl.conversations, ...agentsSdk], strays: redisVl.strays };
    },
    records: (conversation: ForeignConversation) =>
      conversation.format === 'REDISVL'
        ? readRedisVl(client, places.get(conversation.key) ?? [])
        : readAgentsSdk(client, conversation),
    close: () => client.close(),
  };
}
