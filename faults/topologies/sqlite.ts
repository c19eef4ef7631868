import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Recorder } from '../history/recorder.ts';
import { serverFaults } from '../nemesis/server-faults.ts';
import { descriptorsOf } from './process-figures.ts';
import { startServerNode } from './server-node.ts';
import type { Topology, TopologyOptions } from './topology.ts';

/** One server on one file. */
export async function startSqlite(
  recorder: Recorder,
  { env }: Pick<TopologyOptions, 'env'>,
): Promise<Topology> {
  const directory = await mkdtemp(join(tmpdir(), 'faults-sqlite-'));
  const server = await startServerNode({
    index: 0,
    env: { ...env, STORE_URL: `sqlite:${join(directory, 'sessions.db')}` },
    store: null,
  });
  return {
    name: 'sqlite',
    servers: [server],
    faults: serverFaults([server], recorder),
    promises: { profile: 'durable' },
    census: async () => new Map([['descriptors of server 0', await descriptorsOf(server.process.pid)]]),
    async stop() {
      await server.stop();
      await rm(directory, { recursive: true });
    },
  };
}
