import type { RedisServer } from '../../test/support/redis-server.ts';

/** Connections to a Redis, and channels that somebody is subscribed to. */
export async function redisCensus(
  name: string,
  redis: Pick<RedisServer, 'cli'>,
): Promise<[string, number][]> {
  const clients = /^connected_clients:(\d+)/m.exec(await redis.cli('INFO', 'clients'))?.[1];
  const channels = (await redis.cli('PUBSUB', 'CHANNELS', '*')).split('\n').filter((line) => line !== '');
  const sharded = (await redis.cli('PUBSUB', 'SHARDCHANNELS', '*')).split('\n').filter((line) => line !== '');
  // redis-cli itself is one.
  return [
    [`clients of ${name}`, Number(clients ?? 1) - 1],
    [`channels of ${name}`, channels.length + sharded.length],
  ];
}
