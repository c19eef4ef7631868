/** What was left out, or is worth a word, for one reason. */
export interface Noted {
  /** A clause for people. */
  readonly reason: string;
  /** How many whole conversations, and how many entries with those in them. */
  readonly conversations: number;
  readonly entries: number;
  /** The first few, by name. */
  readonly examples: readonly string[];
}

export interface ImportReport {
  /** Nothing was written; the numbers are those of an import that writes. */
  readonly dryRun: boolean;
  readonly conversations: number;
  readonly entries: number;
  /** Entries that became items, and the sessions that they went to. */
  readonly written: number;
  readonly sessionsWritten: number;
  /** Entries that the sessions had from an earlier import. */
  readonly present: number;
  /** Entries that only repeat the history before them. */
  readonly repeated: number;
  readonly skipped: readonly Noted[];
  /** Conversations whose sessions have another id. */
  readonly renamed: Noted;
  /** Sessions that also hold items that no import wrote. */
  readonly mixed: Noted;
}

const EXAMPLES = 3;

class Notes {
  readonly #reason: string;
  readonly #examples: string[] = [];
  #conversations = 0;
  #entries = 0;

  constructor(reason: string) {
    this.#reason = reason;
  }

  add(example: string, conversations: number, entries: number): void {
    this.#conversations += conversations;
    this.#entries += entries;
    if (this.#examples.length < EXAMPLES) this.#examples.push(example);
  }

  get noted(): Noted {
    return {
      reason: this.#reason,
      conversations: this.#conversations,
      entries: this.#entries,
      examples: [...this.#examples],
    };
  }
}

/** Counts what an import does. */
export class Tally {
  written = 0;
  present = 0;
  repeated = 0;
  readonly #sessions = new Set<string>();
  readonly #skipped = new Map<string, Notes>();
  readonly #renamed = new Notes('the session has another id');
  readonly #mixed = new Notes('the session also holds items that no import wrote');

  wrote(sessionId: string, entries: number): void {
    this.written += entries;
    if (entries > 0) this.#sessions.add(sessionId);
  }

  skipEntry(reason: string, entry: string): void {
    this.#skip(reason).add(entry, 0, 1);
  }

  skipConversation(reason: string, id: string, entries: number): void {
    this.#skip(reason).add(id, 1, entries);
  }

  renamed(from: string, to: string, entries: number): void {
    this.#renamed.add(`${from} is ${to}`, 1, entries);
  }

  mixed(sessionId: string, entries: number): void {
    this.#mixed.add(sessionId, 1, entries);
  }

  report(found: Pick<ImportReport, 'dryRun' | 'conversations' | 'entries'>): ImportReport {
    return {
      ...found,
      written: this.written,
      sessionsWritten: this.#sessions.size,
      present: this.present,
      repeated: this.repeated,
      skipped: [...this.#skipped.values()].map(({ noted }) => noted),
      renamed: this.#renamed.noted,
      mixed: this.#mixed.noted,
    };
  }

  #skip(reason: string): Notes {
    const notes = this.#skipped.get(reason) ?? new Notes(reason);
    this.#skipped.set(reason, notes);
    return notes;
  }
}
