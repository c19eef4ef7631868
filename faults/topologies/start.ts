import type { Recorder } from '../history/recorder.ts';
import { startOnCluster } from './cluster.ts';
import { startOneRedis } from './one-redis.ts';
import { startOnSentinel } from './sentinel.ts';
import { startSqlite } from './sqlite.ts';
import type { Topology, TopologyOptions } from './topology.ts';

type Start = (recorder: Recorder, options: TopologyOptions) => Promise<Topology>;

export const TOPOLOGIES = {
  sqlite: startSqlite,
  redis: startOneRedis,
  sentinel: startOnSentinel,
  cluster: startOnCluster,
} as const satisfies Record<string, Start>;

export type TopologyName = keyof typeof TOPOLOGIES;

export function isTopology(name: string): name is TopologyName {
  return name in TOPOLOGIES;
}
