import type { Redis } from 'ioredis';

/** The one way to send commands to whatever keeps the sessions: one Redis, or the nodes of a Cluster. */
export interface RedisLink {
  /** Whether keys without a common hash tag may be on different nodes. */
  readonly isSpread: boolean;
  /**
   * Sends one command to the node that has the key, once that node can be reached, and tells what became of it by coded
   * errors. A client that it was given is not kept.
   * @throws StoreUnavailableError when no connection gets ready in time or Redis refuses; StoreTimeoutError when the
   * command was sent and its reply did not come, or that of too few replicas, so that it may have been done.
   */
  run<T>(key: string, send: (client: Redis) => Promise<T>): Promise<T>;
  /** The same for a command that changes nothing, or can be sent again at will; no replica is waited for. */
  read<T>(key: string, send: (client: Redis) => Promise<T>): Promise<T>;
  /** Sends commands that change nothing to each master; gives their replies in no order. It rejects as `read` does. */
  readEverywhere<T>(send: (client: Redis) => Promise<T>): Promise<readonly T[]>;
  /** Whether a command for the key would be sent at once. */
  isReady(key: string): boolean;
  /** Waits for the replies that are due, then ends the connections. */
  close(): Promise<void>;
}
