import { Redis, type RedisOptions } from 'ioredis';
import type { RedisAddress, RedisNode } from './address.ts';
import type { Failover } from './failover.ts';
import { watchSentinels } from './sentinel-watch.ts';

export interface OpenOptions {
  readonly address: RedisAddress;
  /** Certificates of who signs for the nodes, in PEM; undefined: those that Node trusts. */
  readonly ca?: string | undefined;
  /** Hears of every lost or refused connection; calls fail on their own. */
  readonly onError: (error: Error) => void;
  /** Milliseconds until a command without a reply counts as lost. */
  readonly commandTimeout: number;
}

/** A client that connects to a Redis. */
export interface Opened {
  readonly client: Redis;
  /** What Sentinels say of a change of the master; null where there are none. */
  readonly failover: Failover | null;
}

/** Begins to connect to the one Redis, or to the master that the Sentinels name. */
export function openMaster(options: OpenOptions, changes: RedisOptions = {}): Opened {
  const { mode, nodes, master, sentinelUsername, sentinelPassword, tls } = options.address;
  const [node] = nodes;
  if (node === undefined) throw new TypeError('The address of a Redis names no host.');
  if (mode !== 'sentinel') return { client: openNode(options, node, changes), failover: null };
  const encrypted = tls ? { sentinelTLS: tlsOptions(options), enableTLSForSentinelMode: true } : {};
  const client = open(options, {
    sentinels: [...nodes],
    name: master,
    ...(sentinelUsername === undefined ? {} : { sentinelUsername }),
    ...(sentinelPassword === undefined ? {} : { sentinelPassword }),
    ...encrypted,
    sentinelCommandTimeout: 1_000,
    sentinelRetryStrategy: (times) => Math.min(times * 100, 300),
    // A Sentinel that does not answer must not hold up the next one.
    connectTimeout: 1_000,
    ...changes,
  });
  const failover = watchSentinels(client, master, nodes, {
    ...(sentinelUsername === undefined ? {} : { username: sentinelUsername }),
    ...(sentinelPassword === undefined ? {} : { password: sentinelPassword }),
    ...(tls ? { tls: tlsOptions(options) } : {}),
  });
  return { client, failover };
}

/** Begins to connect to one node. */
export function openNode(options: OpenOptions, { host, port }: RedisNode, changes: RedisOptions = {}): Redis {
  return open(options, { host, port, ...changes });
}

function open(options: OpenOptions, changes: RedisOptions): Redis {
  const { username, password, database, tls } = options.address;
  const client = new Redis({
    ...connectionOptions(options.commandTimeout),
    db: database,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(tls ? { tls: tlsOptions(options) } : {}),
    ...changes,
    replyMapping: 'legacy',
  });
  client.on('error', options.onError);
  return client;
}

function tlsOptions({ ca }: OpenOptions): { ca?: string } {
  return ca === undefined ? {} : { ca };
}

/**
 * Makes each command end within the timeout, and be sent at most once: ioredis would otherwise repeat what was sent and
 * got no reply, so that a write without an idempotency key could be done twice.
 */
function connectionOptions(commandTimeout: number): RedisOptions {
  return {
    // A command is refused when there is no connection, instead of waiting in a queue.
    enableOfflineQueue: false,
    // With 0, what waits for a reply is rejected as soon as the connection breaks; resending is switched off besides.
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    commandTimeout,
    // A connection that is silent while replies are due is replaced.
    socketTimeout: commandTimeout,
    connectTimeout: 2_000,
    // One whose end is not acknowledged must not delay the next.
    disconnectTimeout: 100,
    retryStrategy: (times) => Math.min(times * 50, 300) + Math.floor(Math.random() * 100),
  };
}
