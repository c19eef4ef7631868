import type { Redis } from 'ioredis';
import type { Clock } from '../../core/clock.ts';
import { nameOfNode, nodeOfName, type RedisAddress } from './address.ts';
import { createClusterLink } from './cluster-link.ts';
import { createClusterMap, decodeView, type ClusterMap, type ClusterView } from './cluster-map.ts';
import { unreachable } from './errors.ts';
import { inTime } from './in-time.ts';
import type { RedisLink } from './link.ts';
import { createNodeLink, type NodeLink } from './node-link.ts';
import { openMaster, openNode } from './open-node.ts';
import { createServerLink, type ServerLink, type ServerLinkOptions } from './server-link.ts';

export interface ConnectOptions {
  readonly address: RedisAddress;
  /** Certificates of who signs for the nodes, in PEM; those that Node trusts. */
  readonly ca?: string | undefined;
  /** Paces the watchdogs of the connections. */
  readonly clock: Clock;
  /** Hears of every lost or refused connection; calls fail on their own. */
  readonly onError: (error: Error) => void;
  /** Milliseconds until a command without a reply counts as lost; 5,000. */
  readonly commandTimeout?: number | undefined;
  /** Milliseconds that a call waits for a connection that is being made, or looks for a node that serves it; 800. */
  readonly patience?: number | undefined;
  /** How many replicas must have a write before it is answered, and the milliseconds they have for it; null: none. */
  readonly replicas?: ServerLinkOptions['replicas'] | undefined;
}

/** What the live feed subscribes with: one connection, or one to each node of a Cluster that has channels. */
export type Subscriber =
  | { readonly kind: 'one'; readonly link: NodeLink }
  | { readonly kind: 'sharded'; readonly map: ClusterMap; readonly connect: (node: string) => NodeLink };

/** The connections of a process; whoever uses one closes it. */
export interface RedisConnection {
  /** For the store. */
  readonly commands: RedisLink;
  /** For the live feed, which is closed before the store. */
  readonly subscriber: Subscriber;
}

/** Begins to connect and returns at once; calls wait for the connection within their patience. */
export function connectRedis(options: ConnectOptions): RedisConnection {
  const { commandTimeout = 5_000, patience = 800, replicas = null } = options;
  const complete = { ...options, commandTimeout, patience, replicas };
  return options.address.mode === 'cluster' ? connectCluster(complete) : connectOne(complete);
}

interface Complete extends ConnectOptions {
  readonly commandTimeout: number;
  readonly patience: number;
  readonly replicas: ServerLinkOptions['replicas'];
}

function connectOne(options: Complete): RedisConnection {
  const server = createServerLink({
    ...options,
    open: () => openMaster(options),
    isSpread: false,
  });
  const commands: RedisLink = {
    isSpread: false,
    run: (_key, send) => server.send('write', send),
    read: (_key, send) => server.send('read', send),
    readEverywhere: async (send) => [await server.send('read', send)],
    isReady: () => server.isReady(),
    close: () => server.close(),
  };
  return {
    commands,
    subscriber: { kind: 'one', link: subscribing(openMaster(options, SUBSCRIBER).client, options) },
  };
}

/** The feed subscribes again by itself. */
const SUBSCRIBER = { autoResubscribe: false } as const;

function subscribing(client: Redis, { patience }: Complete): NodeLink {
  return createNodeLink(client, { patience });
}

/** Milliseconds that a node has to tell of the Cluster. */
const ASK_MS = 500;
/** Milliseconds that a command waits for one node before it looks for another. */
const NODE_PATIENCE = 200;

function connectCluster(options: Complete): RedisConnection {
  const servers = new Map<string, ServerLink>();
  const nodeAt = (name: string): ServerLink => {
    const present = servers.get(name);
    if (present !== undefined) return present;
    const opened = createServerLink({
      ...options,
      patience: NODE_PATIENCE,
      open: () => ({ client: openNode(options, nodeOfName(name)), failover: null }),
      isSpread: true,
    });
    servers.set(name, opened);
    return opened;
  };
  const ask = async (name: string): Promise<ClusterView> => {
    const replies = nodeAt(name).send('read', (client) =>
      Promise.all([client.cluster('INFO'), client.cluster('SLOTS')]),
    );
    const [info, slots] = await inTime(replies, ASK_MS, unreachable);
    return decodeView(nodeOfName(name), info, slots);
  };
  const seeds = options.address.nodes.map(nameOfNode);
  const map = createClusterMap({ seeds, ask, clock: options.clock });
  // A node that has left, or has become a replica, is not spoken to any more.
  map.onLook(() => {
    for (const [name, server] of servers) {
      if (map.masters.size === 0 || map.masters.has(name)) continue;
      servers.delete(name);
      void server.close();
    }
  });
  const closeNodes = async (): Promise<void> => {
    await Promise.all([...servers.values()].map((server) => server.close()));
  };
  return {
    commands: createClusterLink({ map, nodeAt, closeNodes, patience: options.patience - NODE_PATIENCE }),
    subscriber: {
      kind: 'sharded',
      map,
      connect: (name) => subscribing(openNode(options, nodeOfName(name), SUBSCRIBER), options),
    },
  };
}
