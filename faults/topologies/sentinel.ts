import { setTimeout as sleep } from 'node:timers/promises';
import { startWatchedRedis, type WatchedRedis } from '../../test/support/redis-sentinel.ts';
import { cliAt } from '../../test/support/redis-server.ts';
import type { Recorder } from '../history/recorder.ts';
import { failoverFaults, type FailingOver } from '../nemesis/failover-faults.ts';
import { redisFaults } from '../nemesis/redis-faults.ts';
import { serverFaults } from '../nemesis/server-faults.ts';
import { failoverRecorder, watchSentinels } from './master-watch.ts';
import { takeCensus } from './census.ts';
import { startServerNode } from './server-node.ts';
import type { Topology, TopologyOptions } from './topology.ts';

const DOWN_AFTER_MS = 1_000;

/** Servers on a Redis with two replicas, which three Sentinels watch over. */
export async function startOnSentinel(
  recorder: Recorder,
  { servers: count, env, durable }: TopologyOptions,
): Promise<Topology> {
  const watched = await startWatchedRedis({ replicas: 2, sentinels: 3, downAfter: DOWN_AFTER_MS });
  // Both: a master that was replaced and lives on has the other replica with it for a while, and one would be enough.
  const profile = durable ? { REDIS_WAIT_REPLICAS: '2' } : {};
  const servers = await Promise.all(
    Array.from({ length: count }, (_, index) =>
      startServerNode({ index, env: { ...env, ...profile, STORE_URL: watched.url }, store: null }),
    ),
  );
  const redis = failingOver(watched);
  const sentinels = [...watched.url.matchAll(/:(\d+)(?=[,/])/g)].map(([, port]) => Number(port));
  const [sentinel = 0] = sentinels;
  const seen = failoverRecorder(recorder, () => redis.recovered());
  const watch = watchSentinels(sentinels, seen);
  return {
    name: `sentinel 1+2+3, ${count} servers${durable ? ', durable' : ''}`,
    servers,
    faults: [
      ...serverFaults(servers, recorder),
      ...redisFaults(async () => [await watched.master()], true),
      ...failoverFaults(redis),
      {
        name: 'SENTINEL FAILOVER',
        lossy: true,
        lasts: [0, 500],
        async inject() {
          // One that has just failed over refuses to do it again so soon.
          await cliAt(sentinel, 'SENTINEL', 'FAILOVER', 'main').catch(() => '');
          return () => redis.recovered();
        },
      },
    ],
    promises: {
      profile: durable ? 'durable' : 'standard',
      failoverNoticeMs: DOWN_AFTER_MS + 2_000,
      // Who waits for both replicas waits until the one that was killed is back.
      noServiceMs: durable ? 30_000 : DOWN_AFTER_MS + 2_000,
      // Connections between servers and nodes come and go with the masters.
      censusSlack: 12,
    },
    census: () => takeCensus(servers, watched.nodes),
    async stop() {
      watch.stop();
      await Promise.all(servers.map((server) => server.stop()));
      await watched.stop();
    },
  };
}

function failingOver(watched: WatchedRedis): FailingOver {
  return {
    async shard() {
      const master = await watched.master();
      return { master, replicas: watched.nodes.filter((node) => node !== master) };
    },
    isReplaced: async (master) => (await watched.master()) !== master,
    async rejoin(node) {
      await node.restart();
      const master = await watched.master();
      // Sentinels do that, too, and take their time; what was replaced is not asked to follow itself.
      if (master !== node) await node.cli('REPLICAOF', '127.0.0.1', String(master.port));
    },
    async recovered() {
      const end = Date.now() + 15_000;
      const isWhole = async (): Promise<boolean> => {
        const master = await watched.master();
        const roles = await Promise.all(
          watched.nodes.map(async (node) => {
            if (node === master) return true;
            const info = await node.cli('INFO', 'replication');
            return info.includes(`master_port:${master.port}`) && info.includes('master_link_status:up');
          }),
        );
        return roles.every(Boolean);
      };
      while (Date.now() < end && !(await isWhole().catch(() => false))) await sleep(100);
    },
  };
}
