import { Redis, type RedisOptions } from 'ioredis';
import type { RedisNode } from './address.ts';

const SWITCHED = '+switch-master';

/**
 * Leaves a master as soon as a Sentinel says that another has its place: the old one may live on, and would acknowledge
 * what will be lost. (ioredis has a detector of its own; one that is told while a connection is being made ends the client
 * for good.)
 * @param client A connection to the master, which makes a new one when it is cut; the watch ends with it.
 * @param options Credentials and encryption of the Sentinels.
 */
export function watchSentinels(
  client: Redis,
  master: string,
  sentinels: readonly RedisNode[],
  options: Pick<RedisOptions, 'username' | 'password' | 'tls'>,
): void {
  let current = '';
  const leaveOther = (): void => {
    const { remoteAddress, remotePort } = client.stream;
    if (`${remoteAddress} ${remotePort}` !== current) client.disconnect(true);
  };
  const onMessage = (_channel: string, message: string): void => {
    const [name, , , address, port] = message.split(' ');
    if (name !== master) return;
    current = `${address} ${port}`;
    client.off('ready', leaveOther);
    // One that is being made may be made with the old master still.
    if (client.status === 'ready') leaveOther();
    else client.once('ready', leaveOther);
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
    sentinel.subscribe(SWITCHED).catch(() => undefined);
    return sentinel;
  });
  const stop = (): void => {
    for (const sentinel of watching) sentinel.disconnect();
  };
  client.once('end', stop);
  // A client that is told to end while it has no connection says nothing.
  const disconnect = client.disconnect.bind(client);
  client.disconnect = (reconnect = false) => {
    if (!reconnect) stop();
    disconnect(reconnect);
  };
}
