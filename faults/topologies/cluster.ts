import { setTimeout as sleep } from 'node:timers/promises';
import { startCluster, type RedisCluster } from '../../test/support/redis-cluster.ts';
import type { RedisServer } from '../../test/support/redis-server.ts';
import type { Recorder } from '../history/recorder.ts';
import { clusterFaults } from '../nemesis/cluster-faults.ts';
import { failoverFaults, type FailingOver } from '../nemesis/failover-faults.ts';
import type { Fault } from '../nemesis/fault.ts';
import { linkFaults } from '../nemesis/link-faults.ts';
import { redisFaults } from '../nemesis/redis-faults.ts';
import { serverFaults } from '../nemesis/server-faults.ts';
import { failoverRecorder, watchCluster } from './master-watch.ts';
import { takeCensus } from './census.ts';
import { ClusterNodes, type NodeLine } from './cluster-nodes.ts';
import { startServerNode } from './server-node.ts';
import type { Topology, TopologyOptions } from './topology.ts';

const NODE_TIMEOUT_MS = 1_000;

/** Servers on a Cluster of three masters with a replica each. */
export async function startOnCluster(
  recorder: Recorder,
  { servers: count, env, durable }: TopologyOptions,
): Promise<Topology> {
  // A node that comes back before it was replaced has to have what it had.
  const args = ['--appendonly', 'yes'];
  const cluster = await startCluster({
    masters: 3,
    replicas: 1,
    nodeTimeout: NODE_TIMEOUT_MS,
    args,
    relayed: true,
  });
  const profile = durable ? { REDIS_WAIT_REPLICAS: '1' } : {};
  const servers = await Promise.all(
    Array.from({ length: count }, (_, index) =>
      startServerNode({ index, env: { ...env, ...profile, STORE_URL: cluster.url }, store: null }),
    ),
  );
  const nodes = new ClusterNodes(cluster);
  const redis = failingOver(cluster, nodes);
  // The sessions of the workload, by the names of their hashes.
  const keys = Array.from({ length: 6 }, (_, n) => `as:{session-${n}}`);
  const masters = async (): Promise<RedisServer[]> => {
    const spread = await cluster.spreadOf(keys);
    return cluster.nodes.filter((_node, n) => (spread[n] ?? []).length > 0);
  };
  const seen = failoverRecorder(recorder, () => redis.recovered());
  const watch = watchCluster(
    cluster.nodes.map(({ port }) => port),
    seen,
  );
  return {
    name: `cluster 3+3, ${count} servers${durable ? ', durable' : ''}`,
    servers,
    faults: [
      ...serverFaults(servers, recorder),
      ...linkFaults(cluster.relays).map((fault) => healedWith(fault, () => redis.recovered())),
      ...redisFaults(masters, true, true),
      ...failoverFaults(redis),
      ...clusterFaults(cluster, redis, keys),
    ],
    promises: {
      profile: durable ? 'durable' : 'standard',
      failoverNoticeMs: NODE_TIMEOUT_MS + 2_000,
      noServiceMs: NODE_TIMEOUT_MS + 3_000,
      // Connections between servers and nodes come and go with the masters.
      censusSlack: 12,
    },
    census: () => takeCensus(servers, cluster.nodes),
    async stop() {
      watch.stop();
      nodes.stop();
      await Promise.all(servers.map((server) => server.stop()));
      await cluster.stop();
    },
  };
}

/** A replica follows over the same relay as clients: it is healed when replicas have caught up again. */
function healedWith(fault: Fault, recovered: () => Promise<void>): Fault {
  return {
    ...fault,
    async inject(random) {
      const heal = await fault.inject(random);
      return async () => {
        await heal();
        await recovered();
      };
    },
  };
}

function failingOver(cluster: RedisCluster, nodes: ClusterNodes): FailingOver {
  const anyLines = async (except?: RedisServer): Promise<readonly NodeLine[]> => {
    for (const node of cluster.nodes) {
      if (node === except) continue;
      const lines = await nodes.linesOf(node).catch(() => null);
      if (lines !== null) return lines;
    }
    throw new Error('No node answers.');
  };
  return {
    async shard(random) {
      const lines = await anyLines();
      const { id, node: master } = random.pick(
        lines.filter(({ isMaster, hasSlots }) => isMaster && hasSlots),
      );
      const replicas = lines.filter(({ masterId }) => masterId === id).map(({ node }) => node);
      return { master, replicas };
    },
    async isReplaced(master) {
      const lines = await anyLines(master);
      return lines.every(({ node, hasSlots }) => node !== master || !hasSlots);
    },
    rejoin: (node) => node.restart(),
    async recovered() {
      const end = Date.now() + 15_000;
      while (Date.now() < end && !(await nodes.areWhole().catch(() => false))) await sleep(100);
    },
  };
}
