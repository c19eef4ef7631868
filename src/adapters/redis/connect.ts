import { Redis, type RedisOptions } from 'ioredis';
import { createLink, type RedisLink } from './link.ts';
import { registerScripts } from './scripts.ts';

export interface ConnectOptions {
  /** `redis://` or `rediss://`, with user, password and database where they are needed. */
  readonly url: string;
  /** Hears of every lost or refused connection; calls fail on their own. */
  readonly onError: (error: Error) => void;
  /** Milliseconds until a command without a reply counts as lost; 5,000. */
  readonly commandTimeout?: number | undefined;
  /** Milliseconds that a call waits for a connection that is being made; 800. */
  readonly patience?: number | undefined;
}

/** The two connections of a process; whoever uses one closes it. */
export interface RedisConnection {
  /** For the store. */
  readonly commands: RedisLink;
  /** For the live feed. */
  readonly subscriber: RedisLink;
}

/** Begins to connect and returns at once; calls wait for the connection within their patience. */
export function connectRedis(options: ConnectOptions): RedisConnection {
  const { url, onError, commandTimeout = 5_000, patience = 800 } = options;
  const open = (changes: RedisOptions): RedisLink => {
    const client = new Redis(url, {
      ...connectionOptions(commandTimeout),
      ...changes,
      replyMapping: 'legacy',
    });
    client.on('error', onError);
    return createLink(client, patience);
  };
  const commands = open({});
  registerScripts(commands.client);
  // The feed subscribes again by itself, and a half-open connection must not delay that.
  const subscriber = open({ autoResubscribe: false, disconnectTimeout: 100 });
  return { commands, subscriber };
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
    retryStrategy: (times) => Math.min(times * 50, 1_000) + Math.floor(Math.random() * 50),
  };
}
