import type { Redis } from 'ioredis';
import { StoreTimeoutError, StoreUnavailableError } from '../../core/errors.ts';
import type { ClusterMap } from './cluster-map.ts';
import { refusalOf, replyWords, unreachable, type Purpose } from './errors.ts';
import type { RedisLink } from './link.ts';
import type { ServerLink } from './server-link.ts';

export interface ClusterLinkOptions {
  readonly map: ClusterMap;
  /** The connections to a node, opened when they are first asked for. */
  readonly nodeAt: (name: string) => ServerLink;
  /** Closes all connections to nodes. */
  readonly closeNodes: () => Promise<void>;
  /** Milliseconds that a command may look for a node which does it. */
  readonly patience: number;
}

/** Milliseconds between two tries, and as many again at random, so that not all servers come at once. */
const PAUSE = 25;

/**
 * How much longer than for a node that serves it a command waits for a slot which moves, since the nodes are there. While
 * it moves, commands with several keys are refused as long as one of the keys is not where they are sent, or is nowhere.
 */
const MOVING = 4;
/** How often a command is sent on without a pause. */
const REDIRECTIONS = 4;

/**
 * Sends each command to the node that has its key. ioredis' own Cluster is not used: it repeats writes whose replies
 * were lost, refuses commands while a connection is being made, and a WAIT would go to another node than the write.
 */
export function createClusterLink({ map, nodeAt, closeNodes, patience }: ClusterLinkOptions): RedisLink {
  let closed = false;

  const run = async <T>(key: string, send: (client: Redis) => Promise<T>, purpose: Purpose): Promise<T> => {
    const begun = performance.now();
    let asked: string | null = null;
    for (let tries = 1; ; tries++) {
      if (closed) throw unreachable();
      const node = asked ?? map.ownerOf(key);
      try {
        if (node === null) throw unreachable();
        return await nodeAt(node).send(purpose, asked === null ? send : asking(send));
      } catch (error) {
        asked = null;
        if (!canBeSentAgain(error, purpose)) throw error;
        const [word, , elsewhere] = replyWords(error.cause) ?? [];
        const isMoving = word === 'TRYAGAIN' || word === 'ASK';
        const deadline = begun + (isMoving ? MOVING * patience : patience);
        if (performance.now() >= deadline) throw error;
        // Nodes that do not agree send it to and fro.
        if (tries % REDIRECTIONS === 0) await pause();
        if (word === 'ASK' && elsewhere !== undefined) {
          asked = elsewhere;
        } else if (word === 'MOVED' && elsewhere !== undefined && elsewhere !== node) {
          map.learn(key, withHost(elsewhere, node));
        } else {
          const refreshed = word === 'TRYAGAIN' ? undefined : map.refresh();
          await Promise.all([pause(), Promise.race([refreshed, pause(deadline - performance.now())])]);
        }
      }
    }
  };

  return {
    isSpread: true,
    run: (key, send) => run(key, send, 'write'),
    read: (key, send) => run(key, send, 'read'),
    async readEverywhere(send) {
      const deadline = performance.now() + patience;
      for (;;) {
        try {
          if (map.masters.size === 0) throw unreachable();
          return await Promise.all([...map.masters].map((node) => nodeAt(node).send('read', send)));
        } catch (error) {
          if (closed || !canBeSentAgain(error, 'read') || performance.now() >= deadline) throw error;
          await Promise.all([pause(), map.refresh()]);
        }
      }
    },
    isReady(key) {
      const node = map.ownerOf(key);
      return node !== null && nodeAt(node).isReady();
    },
    async close() {
      closed = true;
      map.close();
      await closeNodes();
    },
  };
}

/**
 * Whether the command has done nothing, and another try may find another node, or the same in another state; or it may
 * have been done, and does no harm twice.
 */
function canBeSentAgain(
  error: unknown,
  purpose: Purpose,
): error is StoreUnavailableError | StoreTimeoutError {
  if (error instanceof StoreTimeoutError) return purpose === 'read';
  if (!(error instanceof StoreUnavailableError)) return false;
  const refusal = refusalOf(error);
  return refusal === null || PASSING.has(refusal);
}
const PASSING: ReadonlySet<string> = new Set([
  'MOVED',
  'ASK',
  'TRYAGAIN',
  'CLUSTERDOWN',
  'READONLY',
  'MASTERDOWN',
  'LOADING',
]);

/** ASKING holds for the next command of the connection: nothing comes between, as both are sent at once. */
function asking<T>(send: (client: Redis) => Promise<T>): (client: Redis) => Promise<T> {
  return (client) => {
    // When it fails so does the command after it, and that is told.
    client.asking().catch(() => undefined);
    return send(client);
  };
}

/** A node that does not know the name of another leaves it out: it is where this one is. */
function withHost(node: string, asked: string | null): string {
  return node.startsWith(':') && asked !== null ? asked.slice(0, asked.lastIndexOf(':')) + node : node;
}

function pause(ms = PAUSE + Math.random() * PAUSE): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, Math.max(0, ms));
  });
}
