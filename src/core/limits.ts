/** The largest values that are accepted; every one is in the unit that its comment names. */
export interface Limits {
  /** A message's text, bytes of UTF-8. */
  readonly textBytes: number;
  /** One item's JSON text, bytes of UTF-8. */
  readonly itemBytes: number;
  /** Metadata of a session or an item: bytes of its JSON text, and nested objects and lists, the outermost counted. */
  readonly metadataBytes: number;
  readonly metadataDepth: number;
  /** Nested objects and lists in one item. */
  readonly itemDepth: number;
  /** Items in one write. */
  readonly itemsPerWrite: number;
  /** UTF-16 units of a title, and of the name of a user, an agent or an idempotency key. */
  readonly titleLength: number;
  readonly nameLength: number;
  /** Items or messages, and sessions, in one page; and what a page holds when nothing is said. */
  readonly itemsPerPage: number;
  readonly sessionsPerPage: number;
  readonly pageDefault: number;
  /** Items that `agentInputs` gives at once. */
  readonly agentInputs: number;
  /** Messages of one session that may be written at once. */
  readonly draftsPerSession: number;
  /** Seconds that a session may ask to live without a write. */
  readonly expiresAfter: number;
  /** Items that a session may ask to keep. */
  readonly maxItems: number;
}

export const LIMITS: Limits = {
  textBytes: 1024 * 1024,
  itemBytes: 4 * 1024 * 1024,
  metadataBytes: 64 * 1024,
  metadataDepth: 32,
  itemDepth: 128,
  itemsPerWrite: 1000,
  titleLength: 1000,
  nameLength: 256,
  itemsPerPage: 1000,
  sessionsPerPage: 100,
  pageDefault: 50,
  agentInputs: 10_000,
  draftsPerSession: 32,
  expiresAfter: 315_360_000,
  maxItems: 1_000_000,
};
