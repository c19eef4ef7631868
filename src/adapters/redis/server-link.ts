import type { Redis } from 'ioredis';
import type { Clock } from '../../core/clock.ts';
import type { Purpose } from './errors.ts';
import { createNodeLink, holdWrites, leaveReplicas, waitForReplicas, type NodeLink } from './node-link.ts';
import type { Opened } from './open-node.ts';
import { registerScripts } from './scripts.ts';
import { watchConnection } from './watchdog.ts';

export interface ServerLinkOptions {
  readonly open: () => Opened;
  readonly clock: Clock;
  /** Milliseconds that a call waits for a connection that is being made. */
  readonly patience: number;
  /** How many replicas must have a write, and how many milliseconds they have for it; null: it is not waited for. */
  readonly replicas: { readonly count: number; readonly timeoutMs: number } | null;
  /** Whether scripts run in a Cluster. */
  readonly isSpread: boolean;
}

/** The connections for commands to one Redis. */
export interface ServerLink {
  /** See `NodeLink.send`; a write is waited for as the profile says. */
  send<T>(purpose: Purpose, send: (client: Redis) => Promise<T>): Promise<T>;
  isReady(): boolean;
  close(): Promise<void>;
  /** The connection that reads go over. */
  readonly client: Redis;
}

export function createServerLink(options: ServerLinkOptions): ServerLink {
  const { open, clock, patience, replicas, isSpread } = options;
  const connect = (): NodeLink => {
    const { client, failover } = open();
    registerScripts(client, { isSpread, isDurable: replicas !== null });
    const link = leaveReplicas(createNodeLink(client, { patience }));
    return failover === null ? link : holdWrites(link, failover, patience);
  };
  const reads = connect();
  // WAIT holds up all that is sent behind it, so reads have a connection of their own then.
  const writes = replicas === null ? reads : connect();
  const confirmed = replicas === null ? writes : waitForReplicas(writes, replicas.count, replicas.timeoutMs);
  const stopWatching = watchConnection(
    replicas === null ? [reads.client] : [reads.client, writes.client],
    clock,
  );
  return {
    client: reads.client,
    send: (purpose, send) => (purpose === 'read' ? reads : confirmed).send(purpose, send),
    isReady: () => reads.isReady() && writes.isReady(),
    async close() {
      stopWatching();
      await Promise.all([...new Set([reads, writes])].map((link) => link.close()));
    },
  };
}
