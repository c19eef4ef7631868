import { startRedis } from '../../test/support/redis-server.ts';
import { mountSmallDisk } from '../../test/support/small-disk.ts';
import { startProxy } from '../../test/support/tcp-proxy.ts';
import type { Recorder } from '../history/recorder.ts';
import { accessFaults, argumentsFor, type RedisUser } from '../nemesis/access-faults.ts';
import { diskFaults } from '../nemesis/disk-faults.ts';
import { linkFaults } from '../nemesis/link-faults.ts';
import { loneRedisFaults } from '../nemesis/lone-redis-faults.ts';
import { redisFaults } from '../nemesis/redis-faults.ts';
import { serverFaults } from '../nemesis/server-faults.ts';
import { takeCensus } from './census.ts';
import { startServerNode } from './server-node.ts';
import type { Topology, TopologyOptions } from './topology.ts';

const USER: RedisUser = { name: 'product', password: 'secret' };

/**
 * Servers on one Redis that keeps an append-only file, synchronised at every write: a crash loses nothing, but where the
 * file itself loses its end.
 */
export async function startOneRedis(
  recorder: Recorder,
  { servers: count, env }: TopologyOptions,
): Promise<Topology> {
  const disk = await mountSmallDisk();
  const redis = await startRedis({
    appendonly: true,
    directory: disk?.directory,
    args: argumentsFor(USER),
  });
  const servers = await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const store = await startProxy(redis.port);
      const url = `redis://${USER.name}:${USER.password}@127.0.0.1:${store.port}`;
      return startServerNode({ index, env: { ...env, STORE_URL: url }, store });
    }),
  );
  const links = servers.flatMap(({ store }) => store ?? []);
  return {
    name: `redis, ${count} servers`,
    servers,
    faults: [
      ...serverFaults(servers, recorder),
      ...linkFaults(links),
      ...redisFaults(async () => [redis], false),
      ...loneRedisFaults(redis),
      ...diskFaults(redis, disk),
      ...accessFaults(redis, USER),
    ],
    promises: { profile: 'standard' },
    census: () => takeCensus(servers, [redis]),
    async stop() {
      await Promise.all(servers.map((server) => server.stop()));
      await redis.stop();
      await disk?.unmount();
    },
  };
}
