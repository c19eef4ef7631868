import type { Writable } from 'node:stream';
import type { Redis } from 'ioredis';
import { codedError, lost, refusalOf, unreachable, type Purpose } from './errors.ts';
import type { Failover } from './failover.ts';

/** A connection to one Redis. */
export interface NodeLink {
  readonly client: Redis;
  /**
   * Sends commands once the connection is ready, and tells what became of them by coded errors.
   * @throws StoreUnavailableError, StoreTimeoutError; see `RedisLink.run`.
   */
  send<T>(purpose: Purpose, send: (client: Redis) => Promise<T>): Promise<T>;
  isReady(): boolean;
  /** Waits for the replies that are due, then ends the connection. */
  close(): Promise<void>;
}

export interface NodeLinkOptions {
  /** Milliseconds that a call waits for a connection that is being made. */
  readonly patience: number;
}

/** Commands that are written at once, at most. */
const TOGETHER = 8;

export function createNodeLink(client: Redis, { patience }: NodeLinkOptions): NodeLink {
  let waiting: Promise<void> | null = null;
  let closed = false;
  let gathered = 0;

  /**
   * What is sent in one turn of the event loop goes to the system in few pieces: each write costs more than a command. Not
   * in one, though: Redis works on the first while the others are made.
   */
  const gather = (stream: Writable): void => {
    if (stream.writableCorked > 0) {
      if (++gathered < TOGETHER) return;
      stream.uncork();
    } else setImmediate(() => stream.uncork());
    gathered = 0;
    stream.cork();
  };

  // Shared by all calls that wait, so that each call costs no listeners of its own.
  const untilReady = (): Promise<void> => {
    waiting ??= readyWithin(client, patience).finally(() => (waiting = null));
    return waiting;
  };

  return {
    client,
    isReady: () => isWritable(client),
    async send(purpose, send) {
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
    },
    async close() {
      if (closed) return;
      closed = true;
      if (!isWritable(client)) return client.disconnect();
      const ended = new Promise<void>((resolve) => client.once('end', () => resolve()));
      // A connection that breaks during the farewell is as closed as one that ends with it.
      await client.quit().catch(() => undefined);
      // Whoever has answered it may not be heard any more, and its end would be waited for in vain.
      client.disconnect();
      await ended;
    },
  };
}

/**
 * Answers calls only when so many replicas have what they wrote. What is answered without a write waits, too: the first
 * call with the same idempotency key may have been another connection's, and not have been waited for.
 */
export function waitForReplicas(link: NodeLink, replicas: number, timeoutMs: number): NodeLink {
  let next: Promise<number> | null = null;

  /** One WAIT covers all that this connection was answered before. */
  const confirm = (): Promise<number> => {
    next ??= new Promise((resolve, reject) => {
      setImmediate(() => {
        next = null;
        link.client.wait(replicas, timeoutMs).then(resolve, reject);
      });
    });
    return next;
  };

  return {
    ...link,
    async send(purpose, send) {
      const reply = await link.send(purpose, send);
      const count = await confirm().catch((error: unknown) => {
        throw lost(purpose, error);
      });
      if (count < replicas) throw lost(purpose, new Error(`${count} of ${replicas} replicas have it.`));
      return reply;
    },
  };
}

/**
 * Leaves a Redis that says it is a replica, once it owes no more replies: the master is elsewhere now, and the next
 * connection finds it.
 */
export function leaveReplicas(link: NodeLink): NodeLink {
  const { client } = link;
  let unanswered = 0;
  let leaving = false;
  const leave = (): void => {
    if (!leaving || unanswered > 0) return;
    leaving = false;
    if (isWritable(client)) client.disconnect(true);
  };
  return {
    ...link,
    async send(purpose, send) {
      let sent = false;
      try {
        return await link.send(purpose, (connected) => {
          sent = true;
          unanswered++;
          return send(connected);
        });
      } catch (error) {
        leaving ||= refusalOf(error) === 'READONLY';
        throw error;
      } finally {
        if (sent) unanswered--;
        leave();
      }
    },
  };
}

/**
 * Sends no write while a master is being replaced: the old one would acknowledge what the new one does not have. Reads go
 * on.
 */
export function holdWrites(link: NodeLink, failover: Failover, patience: number): NodeLink {
  const sendLater: NodeLink['send'] = async (purpose, send) => {
    if (!(await failover.over(patience))) throw unreachable();
    return link.send(purpose, send);
  };
  return {
    ...link,
    send: (purpose, send) =>
      purpose === 'write' && failover.isUnderWay() ? sendLater(purpose, send) : link.send(purpose, send),
  };
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
