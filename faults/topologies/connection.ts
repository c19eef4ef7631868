import { Redis } from 'ioredis';

/** A connection of the lab to a node that comes and goes: it is made again for ever, and no command waits for it. */
export function connectTo(port: number, commandTimeout: number): Redis {
  const client = new Redis({
    port,
    commandTimeout,
    retryStrategy: () => 200,
    maxRetriesPerRequest: 0,
    enableReadyCheck: false,
  });
  client.on('error', () => undefined);
  return client;
}
