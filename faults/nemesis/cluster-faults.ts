import type { RedisCluster } from '../../test/support/redis-cluster.ts';
import type { Fault } from './fault.ts';
import type { FailingOver } from './failover-faults.ts';

/** What operators do to a Cluster: every client is to get over it. `keyOf` names a key of a session. */
export function clusterFaults(cluster: RedisCluster, redis: FailingOver, keys: readonly string[]): Fault[] {
  const failover = (name: string, ...how: readonly string[]): Fault => ({
    name,
    // A replica that takes over by itself has what it has.
    lossy: how.length > 0,
    lasts: [200, 800],
    async inject(random) {
      const { replicas } = await redis.shard(random);
      await replicas[0]?.cli('CLUSTER', 'FAILOVER', ...how);
      return () => redis.recovered();
    },
  });
  return [
    failover('CLUSTER FAILOVER'),
    failover('CLUSTER FAILOVER TAKEOVER', 'TAKEOVER'),
    {
      name: 'a slot moved, key by key',
      lasts: [0, 200],
      async inject(random) {
        const key = random.pick(keys);
        const from = await cluster.ownerOf(key);
        const { master: to } = await redis.shard(random);
        if (to !== from)
          await cluster.move(key, to, () => new Promise((resolve) => setTimeout(resolve, 300)));
        return () => redis.recovered();
      },
    },
  ];
}
