import type { Clock } from '../../core/clock.ts';
import { nameOfNode, type RedisNode } from './address.ts';
import { listOf } from './reply.ts';
import { slotOf } from './slot.ts';

/** What a node of a Cluster says of it. */
export interface ClusterView {
  /** Whether the node serves commands, as far as it knows the others. */
  readonly isOk: boolean;
  /** Greater after each failover that the node has heard of. */
  readonly epoch: number;
  /** The master of each slot by name, where there is one. */
  readonly masters: readonly (string | undefined)[];
}

export interface ClusterMapOptions {
  /** Names of nodes to ask first, and when no other answers. */
  readonly seeds: readonly string[];
  /** Asks a node; it rejects after a second at most. */
  readonly ask: (node: string) => Promise<ClusterView>;
  /** Paces the looks at a map that nothing seems to be wrong with. */
  readonly clock: Clock;
}

/** Which node of a Cluster has which slots. */
export interface ClusterMap {
  /** The name of the node that has the key's slot; null when that is not known. */
  ownerOf(key: string): string | null;
  /** The names of the nodes that have slots. */
  readonly masters: ReadonlySet<string>;
  /** A node has said that the key is elsewhere. */
  learn(key: string, node: string): void;
  /** Asks the nodes again; resolves, also when none answers, and then nothing has changed. Calls share what runs. */
  refresh(): Promise<void>;
  /** Calls the listener when slots may have moved, and every second. The returned function ends that. */
  onLook(listener: () => void): () => void;
  close(): void;
}

export function createClusterMap({ seeds, ask, clock }: ClusterMapOptions): ClusterMap {
  let view: ClusterView = { isOk: false, epoch: 0, masters: [] };
  let owners: (string | undefined)[] = [];
  let masters: ReadonlySet<string> = new Set();
  let refreshing: Promise<void> | null = null;
  const listeners = new Set<() => void>();

  const tell = (): void => {
    for (const listener of listeners) listener();
  };

  /** A node that was cut off, or has just come back, tells of what was: the others know better. */
  const look = async (): Promise<void> => {
    let best: ClusterView | null = null;
    for (const node of new Set([...shuffled(masters), ...seeds])) {
      const found = await ask(node).catch(() => null);
      if (found === null || found.masters.length === 0) continue;
      if (best === null || found.epoch > best.epoch) best = found;
      if (found.isOk && found.epoch >= view.epoch) break;
    }
    if (best === null) return;
    view = best;
    owners = [...best.masters];
    masters = new Set(best.masters.filter((name) => name !== undefined));
  };

  const refresh = (): Promise<void> => {
    refreshing ??= look().finally(() => {
      refreshing = null;
      tell();
    });
    return refreshing;
  };

  const stop = clock.every(1_000, () => void refresh());
  void refresh();

  return {
    ownerOf: (key) => owners[slotOf(key)] ?? null,
    get masters() {
      return masters;
    },
    learn(key, node) {
      owners[slotOf(key)] = node;
      masters = new Set([...masters, node]);
      void refresh();
    },
    refresh,
    onLook(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close() {
      stop();
      listeners.clear();
    },
  };
}

/**
 * Reads the replies of CLUSTER INFO and CLUSTER SLOTS.
 * @param node Who was asked, for it may not know its own address.
 * @throws TypeError for what no Redis replies.
 */
export function decodeView(node: RedisNode, info: unknown, slots: unknown): ClusterView {
  const fields = new Map(
    String(info)
      .split('\r\n')
      .map((line) => {
        const colon = line.indexOf(':');
        return [line.slice(0, colon), line.slice(colon + 1)] as const;
      }),
  );
  const masters: (string | undefined)[] = [];
  for (const range of listOf(slots)) {
    const [from, to, master] = listOf(range);
    const [host, port] = listOf(master);
    // '' and null: where it was reached.
    const name = nameOfNode({
      host: typeof host === 'string' && host !== '' ? host : node.host,
      port: Number(port),
    });
    for (let slot = Number(from); slot <= Number(to); slot++) masters[slot] = name;
  }
  return {
    isOk: fields.get('cluster_state') === 'ok',
    epoch: Number(fields.get('cluster_current_epoch') ?? 0),
    masters,
  };
}

function shuffled(names: ReadonlySet<string>): readonly string[] {
  const order = [...names];
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(Math.random() * (i + 1));
    const [one, other] = [order[i], order[j]];
    if (one !== undefined && other !== undefined) [order[i], order[j]] = [other, one];
  }
  return order;
}
