import type { Redis } from 'ioredis';
import type { RedisCluster } from '../../test/support/redis-cluster.ts';
import type { RedisServer } from '../../test/support/redis-server.ts';
import { connectTo } from './connection.ts';

const COMMAND_MS = 1_000;

/** What one node says of another, or of itself. */
export interface NodeLine {
  readonly node: RedisServer;
  readonly id: string;
  readonly isMaster: boolean;
  readonly isDown: boolean;
  readonly masterId: string;
  readonly hasSlots: boolean;
}

/**
 * The nodes of a Cluster as they see it, over connections that stay: to start a process for each question would hold up
 * the relays, which are in this one.
 */
export class ClusterNodes {
  readonly #cluster: RedisCluster;
  readonly #clients: ReadonlyMap<RedisServer, Redis>;

  constructor(cluster: RedisCluster) {
    this.#cluster = cluster;
    this.#clients = new Map(cluster.nodes.map((node) => [node, connectTo(node.port, COMMAND_MS)]));
  }

  /** What one node says of all; rejects when it does not answer. */
  async linesOf(from: RedisServer): Promise<readonly NodeLine[]> {
    const lines = (await this.#ask(from, 'CLUSTER', 'NODES')).split('\n');
    return lines.flatMap((line) => {
      const [id = '', address = '', flags = '', masterId = '', , , , state = '', ...slots] = line.split(' ');
      const node = this.#cluster.nodeAt(Number(/:(\d+)@/.exec(address)?.[1]));
      if (node === undefined) return [];
      const isDown = /\bfail/.test(flags) || state !== 'connected';
      return { node, id, isMaster: flags.includes('master'), isDown, masterId, hasSlots: slots.length > 0 };
    });
  }

  /** Whether each node sees all others, and each replica has its master. */
  async areWhole(): Promise<boolean> {
    const all = await Promise.all(
      this.#cluster.nodes.map(async (node) => {
        const [lines, replication] = await Promise.all([
          this.linesOf(node),
          this.#ask(node, 'INFO', 'replication'),
        ]);
        return (
          lines.every(({ isDown }) => !isDown) && /master_link_status:up|connected_slaves:1/.test(replication)
        );
      }),
    );
    return all.every(Boolean);
  }

  stop(): void {
    for (const client of this.#clients.values()) client.disconnect();
  }

  async #ask(node: RedisServer, command: string, ...rest: readonly string[]): Promise<string> {
    return String(await this.#clients.get(node)?.call(command, ...rest));
  }
}
