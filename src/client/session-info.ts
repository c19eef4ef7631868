/** A JSON object. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** A session as the server has it; times are RFC 3339, UTC. */
export interface SessionInfo {
  /** The conversation id. */
  readonly id: string;
  readonly userId: string;
  readonly title: string | null;
  readonly metadata: JsonObject;
  readonly currentAgent: string | null;
  /** In order of first use. */
  readonly agentsUsed: readonly string[];
  /** Messages of users and assistants. */
  readonly messageCount: number;
  /** Every item, hand-offs included. */
  readonly itemCount: number;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly expiresAt: string | null;
  /** How many items are kept, the newest; null: all. */
  readonly maxItems: number | null;
  /** The end of the log: a subscription that begins `after` it misses nothing. */
  readonly cursor: string;
}

export const SESSION_FIELDS =
  'id userId title metadata currentAgent agentsUsed messageCount itemCount createdAt updatedAt expiresAt maxItems cursor';
