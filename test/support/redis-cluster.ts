import { Redis } from 'ioredis';
import { expect } from 'vitest';
import { startRedis, type RedisServer } from './redis-server.ts';
import { slotOf } from '../../src/adapters/redis/slot.ts';
import { eventually } from './eventually.ts';
import { startProxy, type TcpProxy } from './tcp-proxy.ts';

export interface RedisClusterOptions {
  /** How many nodes have slots; 3. */
  readonly masters?: number | undefined;
  /** How many replicas each of them has; 0. */
  readonly replicas?: number | undefined;
  /** Milliseconds after which a node that does not answer counts as gone; 1,000. */
  readonly nodeTimeout?: number | undefined;
  /** Further arguments of each `redis-server`. */
  readonly args?: readonly string[] | undefined;
  /** Whether clients and replicas reach each node through a relay; the nodes speak of each other without. false. */
  readonly relayed?: boolean | undefined;
}

/** A real Cluster on loopback; whoever started it stops it. */
export interface RedisCluster {
  readonly url: string;
  /** The masters first, as it was at the start. */
  readonly nodes: readonly RedisServer[];
  /** Before each node, in the same order; none unless it is relayed. */
  readonly relays: readonly TcpProxy[];
  /** The node that the Cluster calls by a port. */
  nodeAt(port: number): RedisServer | undefined;
  /** The node that has a key's slot now. */
  ownerOf(key: string): Promise<RedisServer>;
  /** Which of the keys each node has, in the order of `nodes`. */
  spreadOf(keys: readonly string[]): Promise<readonly (readonly string[])[]>;
  /** What `redis-cli` prints for a command, from the node that has the key. */
  cli(key: string, ...command: readonly string[]): Promise<string>;
  /** The same from every node. */
  everywhere(...command: readonly string[]): Promise<readonly string[]>;
  /** Moves a key's slot to another node as resharding does, key by key; `between` runs while half of them are moved. */
  move(key: string, to: RedisServer, between?: () => Promise<void>): Promise<void>;
  stop(): Promise<void>;
}

const SLOTS = 16_384;

export async function startCluster({
  masters = 3,
  replicas = 0,
  nodeTimeout = 1_000,
  args = [],
  relayed = false,
}: RedisClusterOptions = {}): Promise<RedisCluster> {
  const settings = [
    ...['--cluster-node-timeout', String(nodeTimeout)],
    ...['--cluster-replica-validity-factor', '0', '--cluster-allow-replica-migration', 'no'],
    ...['--repl-diskless-sync-delay', '0', '--busy-reply-threshold', '5000', ...args],
  ];
  const started = await Promise.all(
    Array.from({ length: masters * (1 + replicas) }, () => startNode(settings, relayed)),
  );
  const nodes = started.map(({ node }) => node);
  const relays = started.flatMap(({ relay }) => relay ?? []);
  const stop = async (): Promise<void> => {
    await Promise.all([...nodes, ...relays].map((each) => each.stop()));
  };
  try {
    await join(nodes, masters, replicas);
  } catch (error) {
    await stop();
    throw error;
  }
  /** The owner of each slot, as the nodes say which answer; of two that claim a slot, the one with the later epoch. */
  const owners = async (): Promise<readonly (RedisServer | undefined)[]> => {
    const found: (RedisServer | undefined)[] = [];
    const epochs: number[] = [];
    const told = await Promise.all(nodes.map((node) => node.cli('CLUSTER', 'NODES').catch(() => '')));
    for (const [index, node] of nodes.entries()) {
      const own = told[index]?.split('\n').find((line) => line.includes('myself,master'));
      const [, , , , , , epoch = '0', , ...ranges] = own?.split(' ') ?? [];
      for (const range of ranges) {
        if (range.startsWith('[')) continue;
        const [from = 0, to = from] = range.split('-').map(Number);
        for (let slot = from; slot <= to; slot++) {
          if (Number(epoch) < (epochs[slot] ?? -1)) continue;
          found[slot] = node;
          epochs[slot] = Number(epoch);
        }
      }
    }
    return found;
  };
  const ownerOf = async (key: string): Promise<RedisServer> => {
    const owner = (await owners())[slotOf(key)];
    if (owner === undefined) throw new Error('No node has the slot.');
    return owner;
  };

  return {
    url: `redis+cluster://${started
      .slice(0, 2)
      .map(({ port }) => `127.0.0.1:${port}`)
      .join(',')}`,
    nodes,
    relays,
    nodeAt: (port) => started.find((each) => each.port === port)?.node,
    ownerOf,
    async spreadOf(keys) {
      const all = await owners();
      return nodes.map((node) => keys.filter((key) => all[slotOf(key)] === node));
    },
    cli: async (key, ...command) => (await ownerOf(key)).cli(...command),
    everywhere: (...command) => Promise.all(nodes.map((node) => node.cli(...command))),
    async move(key, to, between) {
      const from = await ownerOf(key);
      const slot = String(slotOf(key));
      const [fromId, toId] = [await from.cli('CLUSTER', 'MYID'), await to.cli('CLUSTER', 'MYID')];
      await to.cli('CLUSTER', 'SETSLOT', slot, 'IMPORTING', fromId);
      await from.cli('CLUSTER', 'SETSLOT', slot, 'MIGRATING', toId);
      const keys = (await from.cli('CLUSTER', 'GETKEYSINSLOT', slot, '100000'))
        .split('\n')
        .filter((name) => name !== '');
      const migrate = async (names: readonly string[]): Promise<void> => {
        for (const name of names) await client.migrate('127.0.0.1', to.port, name, 0, 1_000);
      };
      const client = new Redis(from.port, '127.0.0.1');
      const half = Math.ceil(keys.length / 2);
      await migrate(keys.slice(0, half));
      await between?.();
      await migrate(keys.slice(half));
      client.disconnect();
      for (const node of [to, from, ...nodes])
        await node.cli('CLUSTER', 'SETSLOT', slot, 'NODE', toId).catch(() => '');
    },
    stop,
  };
}

interface StartedNode {
  readonly node: RedisServer;
  /** That of the relay, if there is one: what the node tells others that it is reached at. */
  readonly port: number;
  readonly relay: TcpProxy | null;
}

async function startNode(settings: readonly string[], relayed: boolean): Promise<StartedNode> {
  if (!relayed) {
    const node = await startRedis({ args: settings, cluster: true });
    return { node, port: node.port, relay: null };
  }
  // It leads nowhere until it is known where the node is, which has to know of the relay before.
  const relay = await startProxy(0);
  const { port } = relay;
  const announced = [...settings, '--cluster-announce-port', String(port)];
  const node = await startRedis({ args: announced, cluster: true });
  relay.leadTo(node.port);
  return { node, port, relay };
}

/** Makes one Cluster of them. */
async function join(nodes: readonly RedisServer[], masters: number, replicas: number): Promise<void> {
  const [seed] = nodes;
  if (seed === undefined) throw new Error('A Cluster has at least one node.');
  const ids = await Promise.all(nodes.map((node) => node.cli('CLUSTER', 'MYID')));
  await Promise.all(
    nodes.slice(0, masters).map(async (node, index) => {
      const [from, to] = [index, index + 1].map((n) => Math.floor((n * SLOTS) / masters));
      await node.cli('CLUSTER', 'SET-CONFIG-EPOCH', String(index + 1));
      await node.cli('CLUSTER', 'ADDSLOTSRANGE', String(from), String(Number(to) - 1));
    }),
  );
  const meet = async (strangers: readonly RedisServer[]): Promise<void> => {
    for (const node of strangers)
      await node.cli('CLUSTER', 'MEET', '127.0.0.1', String(seed.port), String(seed.clusterPort));
  };
  const untilAll = (
    command: readonly string[],
    isSo: (reply: string) => boolean,
    timeout?: number,
  ): Promise<void> =>
    eventually(
      async () =>
        expect(
          (await Promise.all(nodes.map((node) => node.cli(...command)))).filter((reply) => !isSo(reply)),
        ).toEqual([]),
      { timeout },
    );
  const untilAcquainted = (timeout?: number): Promise<void> =>
    untilAll(['CLUSTER', 'INFO'], (info) => info.includes(`cluster_known_nodes:${nodes.length}`), timeout);
  await meet(nodes.slice(1));
  // A node that is not answered in time forgets whom it was to meet.
  await untilAcquainted(5_000).catch(async () => {
    await meet(nodes.slice(1));
    await untilAcquainted();
  });
  await Promise.all(
    nodes.slice(masters).map((node, index) => node.cli('CLUSTER', 'REPLICATE', ids[index % masters] ?? '')),
  );
  await untilAll(
    ['CLUSTER', 'INFO'],
    (info) => info.includes('cluster_state:ok') && info.includes(`cluster_size:${masters}`),
  );
  if (replicas > 0) {
    await untilAll(
      ['INFO', 'replication'],
      (info) => info.includes(`connected_slaves:${replicas}`) || info.includes('master_link_status:up'),
    );
  }
}
