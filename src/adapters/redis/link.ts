import type { Writable } from 'node:stream';
import type { Redis } from 'ioredis';
import { codedError, unreachable } from './errors.ts';

/** A client, and the one way to send commands over it. */
export interface RedisLink {
  readonly client: Redis;
  /**
   * Sends commands once the connection is ready, and tells what became of them by coded errors.
   * @throws StoreUnavailableError when the connection does not get ready in time or Redis refuses; StoreTimeoutError when
   * a command was sent and its reply did not come, so that it may have been done.
   */
  run<T>(send: (client: Redis) => Promise<T>): Promise<T>;
  /** The same for commands that change nothing, which can be sent again at will. */
  read<T>(send: (client: Redis) => Promise<T>): Promise<T>;
  /** Waits for the replies that are due, then ends the connection. */
  close(): Promise<void>;
}

/**
 * @param patience Milliseconds that a call waits for a connection that is being made.
 */
export function createLink(client: Redis, patience: number): RedisLink {
  let waiting: Promise<void> | null = null;
  let closed = false;

  // Shared by all calls that wait, so that each call costs no listeners of its own.
  const untilReady = (): Promise<void> => {
    waiting ??= readyWithin(client, patience).finally(() => (waiting = null));
    return waiting;
  };

  const run = async <T>(send: (client: Redis) => Promise<T>, purpose: 'read' | 'write'): Promise<T> => {
    // The client itself queues nothing: what is handed to it here is sent, so errors tell whether Redis may have done
    // it.
    while (!isWritable(client)) {
      if (closed) throw unreachable();
      await untilReady();
    }
    try {
      gather(client.stream);
      return await send(client);
    } catch (error) {
      throw codedError(error, purpose);
    }
  };

  return {
    client,
    run: (send) => run(send, 'write'),
    read: (send) => run(send, 'read'),
    async close() {
      if (closed) return;
      closed = true;
      const ended = new Promise<void>((resolve) => client.once('end', () => resolve()));
      if (isWritable(client)) {
        // A connection that breaks during the farewell is as closed as one that ends with it.
        await client.quit().catch(() => client.disconnect());
        await ended;
      } else {
        client.disconnect();
      }
    },
  };
}

/** What is sent in one turn of the event loop goes to the system in one piece: each write costs more than a command. */
function gather(stream: Writable): void {
  if (stream.writableCorked > 0) return;
  stream.cork();
  setImmediate(() => stream.uncork());
}

function isWritable(client: Redis): boolean {
  return client.status === 'ready' && client.stream.writable;
}

function readyWithin(client: Redis, ms: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      clearTimeout(timer);
      client.off('ready', onReady);
      client.off('end', onEnd);
    };
    const onReady = (): void => {
      settle();
      resolve();
    };
    const onEnd = (): void => {
      settle();
      reject(unreachable());
    };
    const timer = setTimeout(onEnd, ms);
    client.on('ready', onReady);
    client.on('end', onEnd);
  });
}
