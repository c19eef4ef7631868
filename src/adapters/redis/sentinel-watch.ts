import { isIP } from 'node:net';
import { Redis, type RedisOptions } from 'ioredis';
import type { RedisNode } from './address.ts';
import { createFailover, type Failover } from './failover.ts';

/**
 * Leaves a master as soon as a Sentinel says that another has its place: the old one may live on, and would acknowledge
 * what will be lost. (ioredis has a detector of its own; one that is told while a connection is being made ends the client
 * for good.)
 * @param client A connection to the master, which makes a new one when it is cut; the watch ends with it.
 * @param options Credentials and encryption of the Sentinels.
 * @returns Whether another master is being made: from the choice of a replica until this client is connected to it. A
 * master that is asked to give way serves on meanwhile, for a second or more.
 */
export function watchSentinels(
  client: Redis,
  master: string,
  sentinels: readonly RedisNode[],
  options: Pick<RedisOptions, 'username' | 'password' | 'tls'>,
): Failover {
  const failover = createFailover(LONGEST_MS);
  /** The master that took the place of another; null before, and while the next one is made. */
  let current: RedisNode | null = null;
  const isElsewhere = (): boolean => {
    const { remoteAddress, remotePort } = client.stream;
    return current !== null && (remoteAddress !== current.host || remotePort !== current.port);
  };
  const leaveOther = (): void => {
    if (isElsewhere()) client.disconnect(true);
  };
  client.on('ready', () => {
    // A Sentinel that is called by names cannot be compared with the connection's address.
    if (current !== null && (!isElsewhere() || isIP(current.host) === 0)) failover.end();
  });
  const onMessage = (channel: string, message: string): void => {
    const told = NEWS[channel]?.(message.split(' '));
    if (told === undefined || told.master !== master) return;
    if (told.to === 'being chosen') {
      current = null;
      failover.begin();
    } else if (told.to === 'given up') {
      failover.end();
    } else {
      current = told.to;
      client.off('ready', leaveOther);
      // One that is being made may be made with the old master still.
      if (client.status !== 'ready') client.once('ready', leaveOther);
      else if (isElsewhere()) client.disconnect(true);
      else failover.end();
    }
  };
  const watching = sentinels.map(({ host, port }) => {
    const sentinel = new Redis({
      ...options,
      host,
      port,
      enableReadyCheck: false,
      maxRetriesPerRequest: null,
      retryStrategy: () => 500,
      replyMapping: 'legacy',
    });
    // A Sentinel that is gone is no fault as long as others can be asked, and those who ask tell.
    sentinel.on('error', () => undefined);
    sentinel.on('message', onMessage);
    // One by one: a user of a Sentinel may be allowed some of them only.
    for (const channel of Object.keys(NEWS)) sentinel.subscribe(channel).catch(() => undefined);
    return sentinel;
  });
  const stop = (): void => {
    failover.end();
    for (const sentinel of watching) sentinel.disconnect();
  };
  client.once('end', stop);
  // A client that is told to end while it has no connection says nothing.
  const disconnect = client.disconnect.bind(client);
  client.disconnect = (reconnect = false) => {
    if (!reconnect) stop();
    disconnect(reconnect);
  };
  return failover;
}

/** How long is believed that a failover goes on of which no end is heard, in milliseconds. */
const LONGEST_MS = 3_000;

interface Told {
  readonly master: string | undefined;
  readonly to: RedisNode | 'being chosen' | 'given up';
}

/**
 * What Sentinels publish (https://redis.io/docs/latest/operate/oss_and_stack/management/sentinel/#pubsub-messages). The
 * one that leads says early what it does, and `+switch-master` when other replicas follow the new master; the rest say
 * that as soon as they hear of it.
 */
const NEWS: Readonly<Record<string, (words: readonly string[]) => Told>> = {
  '+selected-slave': (words) => ({ master: words[5], to: 'being chosen' }),
  '+promoted-slave': ([, , host = '', port, , master]) => ({ master, to: { host, port: Number(port) } }),
  '+switch-master': ([master, , , host = '', port]) => ({ master, to: { host, port: Number(port) } }),
  '-failover-abort-slave-timeout': ([, master]) => ({ master, to: 'given up' }),
};
