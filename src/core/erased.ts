/** A session that was removed with all that belonged to it. */
export interface ErasedSession {
  readonly id: string;
  readonly items: number;
}

/** What went beside sessions, and what could not be reached. */
export interface ErasedRest {
  /** Records under the user's name: ids reserved by keys, deletions that are remembered, sessions in the making, lists. */
  readonly records: number;
  /** Where bytes of what was erased may still be, and until when: a sentence each. */
  readonly remains: readonly string[];
}
