import type { RedisServer } from '../../test/support/redis-server.ts';
import { descriptorsOf } from './process-figures.ts';
import type { ServerNode } from './server-node.ts';

/** Descriptors of the servers, connections to each Redis, and channels that somebody is subscribed to. */
export async function takeCensus(
  servers: readonly Pick<ServerNode, 'index' | 'process'>[],
  nodes: readonly Pick<RedisServer, 'cli'>[],
): Promise<ReadonlyMap<string, number>> {
  const descriptors = servers.map(
    async ({ index, process }) =>
      [`descriptors of server ${index}`, await descriptorsOf(process.pid)] as const,
  );
  const counted = await Promise.all(nodes.map((node, n) => redisCensus(`node ${n}`, node)));
  return new Map([...(await Promise.all(descriptors)), ...counted.flat()]);
}

/** Connections to a Redis, and channels that somebody is subscribed to. */
async function redisCensus(name: string, redis: Pick<RedisServer, 'cli'>): Promise<[string, number][]> {
  const clients = /^connected_clients:(\d+)/m.exec(await redis.cli('INFO', 'clients'))?.[1];
  const channels = (await redis.cli('PUBSUB', 'CHANNELS', '*')).split('\n').filter((line) => line !== '');
  const sharded = (await redis.cli('PUBSUB', 'SHARDCHANNELS', '*')).split('\n').filter((line) => line !== '');
  // redis-cli itself is one.
  return [
    [`clients of ${name}`, Number(clients ?? 1) - 1],
    [`channels of ${name}`, channels.length + sharded.length],
  ];
}
