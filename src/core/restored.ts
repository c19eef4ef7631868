import type { JsonObject } from './json.ts';
import type { NewItem, StoredItem } from './log.ts';

/** A session as it was in another store, but for its items. Times are milliseconds since 1970. */
export interface RestoredSession {
  readonly id: string;
  readonly userId: string;
  readonly title: string | null;
  readonly metadata: JsonObject;
  /** Seconds; they count from the restoring on. */
  readonly expiresAfter: number | null;
  readonly maxItems: number | null;
  readonly currentAgent: string | null;
  readonly agentsUsed: readonly string[];
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** An item as it stood in the log of another store. */
export interface RestoredItem {
  readonly item: StoredItem;
  /** When it was written there. */
  readonly at: number;
  /** On a tool call, as in `NewItem`. */
  readonly call: NewItem['call'];
  /** On a hand-off: the agent before it, or null. */
  readonly from?: string | null;
}
