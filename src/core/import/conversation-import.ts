import { ConflictError } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import type { NewItem } from '../log.ts';
import { agentsSdkItem } from './agents-sdk.ts';
import { Destination, type DestinationOptions, type Held } from './destination.ts';
import type { ForeignConversation, ForeignHistories, ForeignRecord } from './foreign.ts';
import { IMPORTED_FROM, isoTime, type ImportedItem } from './imported-item.ts';
import { redisVlItem } from './redisvl.ts';
import { repeatsOf, type Said } from './repeats.ts';
import { saidOf } from './said.ts';
import type { Tally } from './tally.ts';
import type { Target } from './targets.ts';

export interface ConversationImportOptions extends DestinationOptions {
  readonly source: ForeignHistories;
  /** The user that a conversation belongs to, by the id that it has where it comes from. */
  readonly ownerOf: (conversationId: string) => string | undefined;
  readonly dryRun: boolean;
  /** Leaves out what only repeats the history before it; see `repeatsOf`. */
  readonly collapseRepeats: boolean;
}

/** What goes to the store in one write, at most: below its limits, so that no write holds the others up for long. */
const WRITE_ITEMS = 500;
const WRITE_CHARACTERS = 4 * 1024 * 1024;

/** The import of one conversation. */
export class ConversationImport {
  readonly #options: ConversationImportOptions;
  readonly #target: Target;
  readonly #tally: Tally;
  readonly #destination: Destination;

  constructor(options: ConversationImportOptions, target: Target, tally: Tally) {
    this.#options = options;
    this.#target = target;
    this.#tally = tally;
    this.#destination = new Destination(options);
  }

  async run(onDone: (entries: number) => void): Promise<void> {
    const { conversation, sessionId } = this.#target;
    const userId = this.#options.ownerOf(conversation.id);
    const skip = (reason: string): void => {
      this.#tally.skipConversation(reason, conversation.id, conversation.size);
      onDone(conversation.size);
    };
    if (userId === undefined) return skip('nobody is named as its owner');
    const held = await this.#destination.look(sessionId);
    if (held.session !== null && held.session.userId !== userId) {
      return skip('there is a session of that id that belongs to another user');
    }
    if (sessionId !== conversation.id) this.#tally.renamed(conversation.id, sessionId, conversation.size);
    await this.#write(userId, held, onDone);
  }

  async #write(userId: string, first: Held, onDone: (entries: number) => void): Promise<void> {
    const { conversation, sessionId } = this.#target;
    const metadata = provenanceOf(conversation);
    let held = first;
    let added = 0;
    const deliver = async (items: readonly Convertible[]): Promise<void> => {
      const result = this.#options.dryRun
        ? { held, added: items.length }
        : await this.#destination.deliver({ sessionId, userId, metadata, items }, held);
      held = result.held;
      added += result.added;
      this.#tally.present += items.length - result.added;
      this.#tally.wrote(sessionId, result.added);
    };
    for await (const { items, read } of this.#parts(first)) {
      try {
        if (items.length > 0) await deliver(items);
      } catch (error) {
        if (!(error instanceof ConflictError)) throw error;
        this.#tally.skipConversation('others keep writing to its session', conversation.id, items.length);
      }
      onDone(read);
    }
    if (added > 0 && held.others) this.#tally.mixed(sessionId, added);
  }

  /** What is to be written, a write at a time, and how many records were read for it. */
  async *#parts(held: Held): AsyncIterable<Part> {
    const repeats = this.#options.collapseRepeats ? await this.#repeats() : new Set<number>();
    let items: Convertible[] = [];
    let characters = 0;
    let place = 0;
    for await (const records of this.#options.source.records(this.#target.conversation)) {
      let read = 0;
      for (const record of records) {
        read++;
        const imported = this.#convert(record);
        if (repeats.has(place++)) this.#tally.repeated++;
        else if ('refused' in imported) this.#tally.skipEntry(imported.refused, imported.entry);
        else if (held.entries.has(imported.entry)) this.#tally.present++;
        else {
          items.push(imported);
          characters += imported.item.raw.length;
        }
        if (items.length === WRITE_ITEMS || characters >= WRITE_CHARACTERS) {
          yield { items, read };
          items = [];
          characters = 0;
          read = 0;
        }
      }
      yield { items: [], read };
    }
    yield { items, read: 0 };
  }

  async #repeats(): Promise<ReadonlySet<number>> {
    const said: Said[] = [];
    for await (const records of this.#options.source.records(this.#target.conversation)) {
      for (const record of records) said.push(saidOf(this.#convert(record), this.#options.digest));
    }
    return repeatsOf(said);
  }

  #convert(record: ForeignRecord): ImportedItem {
    const { limits, digest } = this.#options;
    return record.format === 'REDISVL' ? redisVlItem(record, limits) : agentsSdkItem(record, limits, digest);
  }
}

interface Convertible {
  readonly entry: string;
  readonly item: NewItem;
}

interface Part {
  readonly items: readonly Convertible[];
  readonly read: number;
}

/** The metadata of the session that a conversation becomes. */
function provenanceOf({ format, id, createdAt, updatedAt }: ForeignConversation): JsonObject {
  const time = (at: number | null): string | null => (at === null ? null : isoTime(at));
  return { [IMPORTED_FROM]: { format, id, createdAt: time(createdAt), updatedAt: time(updatedAt) } };
}
