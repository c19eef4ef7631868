/** The two ways of keeping histories that an import knows. */
export const FOREIGN_FORMATS = ['REDISVL', 'AGENTS_SDK'] as const;
export type ForeignFormat = (typeof FOREIGN_FORMATS)[number];

/** A history in the place that it is imported from. */
export interface ForeignConversation {
  readonly format: ForeignFormat;
  /** The id that its writer gave it: any text. */
  readonly id: string;
  /** Tells it from every other conversation of its format, also from one that has the same id. */
  readonly key: string;
  /** How many entries it had when it was found. */
  readonly size: number;
  /** Milliseconds since 1970 of its first and its last entry; null where that is not known. */
  readonly createdAt: number | null;
  readonly updatedAt: number | null;
}

/** One message of RedisVL's MessageHistory; null is a field that is absent or holds bytes that are no text. */
export interface RedisVlRecord {
  readonly format: 'REDISVL';
  /** The key of its hash, which no other record has. */
  readonly key: string;
  readonly role: string | null;
  readonly content: string | null;
  /** Seconds since 1970. */
  readonly timestamp: number;
  readonly toolCallId: string | null;
  /** Whatever the writer's JSON encoder made of it. */
  readonly metadata: string | null;
}

/** One item of a Redis session of the Agents SDK for Python. */
export interface AgentsSdkRecord {
  readonly format: 'AGENTS_SDK';
  /** The key of the list, and the place in it from 0. */
  readonly key: string;
  readonly index: number;
  /** The item as it was encoded; null when its bytes are no text. */
  readonly json: string | null;
}

export type ForeignRecord = RedisVlRecord | AgentsSdkRecord;

/** What was found before anything was read. */
export interface ForeignSurvey {
  readonly conversations: readonly ForeignConversation[];
  /** Records that belong to no conversation, and why. */
  readonly strays: readonly { readonly entry: string; readonly reason: string }[];
}

/**
 * Where histories are imported from; reading it changes nothing there.
 * All methods throw StoreUnavailableError, or StoreTimeoutError when no answer came.
 */
export interface ForeignHistories {
  /** Looks through everything; `onFound` hears how many entries were found so far. */
  survey(onFound: (entries: number) => void): Promise<ForeignSurvey>;
  /** The records of a conversation of the last survey, in the order of the conversation, some at a time. */
  records(conversation: ForeignConversation): AsyncIterable<readonly ForeignRecord[]>;
  close(): Promise<void>;
}
