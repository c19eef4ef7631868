import type { EntryId } from './cursor.ts';
import type { LogEntry } from './log.ts';

/**
 * A wake-up. It may be lost, repeated or late; the log is the truth. `entries` is a shortcut for who stands exactly at
 * `prev`; 'look' only says that the log may have changed (a large write, a deletion, a reconnect).
 */
export type Doorbell = { readonly prev: EntryId; readonly entries: readonly LogEntry[] } | 'look';

/**
 * Carries wake-ups from writers to the feeds of every process that shares the store.
 *
 * - After `listen` resolves, each write to the session rings, except what the transport loses.
 * - When the transport may have lost something (it reconnected), every listener hears 'look' once it works again.
 * - Two listeners of one session both hear; one that throws does not keep the others from hearing.
 */
export interface LiveFeed {
  /**
   * Resolves when the subscription is acknowledged. The returned function ends it and never rejects.
   * @throws StoreUnavailableError when the subscription is refused.
   */
  listen(sessionId: string, ring: (doorbell: Doorbell) => void): Promise<() => Promise<void>>;
  close(): Promise<void>;
}
