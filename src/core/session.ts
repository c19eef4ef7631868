import type { EntryId } from './cursor.ts';
import type { JsonObject } from './json.ts';

/** One agent conversation as it was at one moment; `end` says which. */
export interface Session {
  readonly id: string;
  /** The owner: 1 to 256 characters, never changed. */
  readonly userId: string;
  readonly title: string | null;
  readonly metadata: JsonObject;
  readonly currentAgent: string | null;
  /** In order of first use; emptied by a clear. */
  readonly agentsUsed: readonly string[];
  /** Messages of users and assistants in the log; of what was trimmed nothing is counted. */
  readonly messageCount: number;
  /** All items in the log. */
  readonly itemCount: number;
  /** Milliseconds since 1970, as all times of the domain. */
  readonly createdAt: number;
  /** The last write of any kind, but for those to drafts. */
  readonly updatedAt: number;
  /** When the session is gone unless something is written before, drafts included; null: never. */
  readonly expiresAt: number | null;
  /** Seconds without a write until the session is removed; null: never. */
  readonly expiresAfter: number | null;
  /** Items that the log keeps, hand-offs included, the newest; null: all. */
  readonly maxItems: number | null;
  /** Whether items were trimmed since the last clear. */
  readonly isTrimmed: boolean;
  /** The log's first entry of this incarnation: a session made again under the same id has another one. */
  readonly born: EntryId;
  /** The log's last entry at the moment of this snapshot. */
  readonly end: EntryId;
}

const SESSION_ID = /^[A-Za-z0-9_-]{1,128}$/;

export function isSessionId(text: string): boolean {
  return SESSION_ID.test(text);
}
