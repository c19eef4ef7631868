import type { Viewer } from './access.ts';
import { messageText } from './agents/message.ts';
import { planRunResult, readRunResult, type HistoryScope, type ReadRunResult } from './agents/run-result.ts';
import { Checks } from './checks.ts';
import type { EntryId } from './cursor.ts';
import { earlierItems } from './earlier-items.ts';
import { ForbiddenError, NotFoundError } from './errors.ts';
import type { JsonObject } from './json.ts';
import type { Limits } from './limits.ts';
import type { ItemDialect, StoredItem } from './log.ts';
import { onceOf, type Digest } from './once.ts';
import { isSessionId, type Session } from './session.ts';
import type { Recalled, SessionStore, Write, Written } from './store.ts';
import { withUnchangedLog } from './unchanged-log.ts';

export interface RunResultsOptions {
  readonly store: SessionStore;
  readonly limits: Limits;
  readonly digest: Digest;
}

type Absent<T> = T | null | undefined;

export interface StoreAgentResult {
  readonly sessionId: string;
  readonly items: readonly unknown[];
  readonly scope?: Absent<HistoryScope>;
  readonly dialect?: Absent<ItemDialect>;
  readonly currentAgent?: Absent<string>;
  readonly messagesOnly?: Absent<boolean>;
  readonly idempotencyKey?: Absent<string>;
}

export interface StoredResult extends Written {
  /** Items of the conversation, unwrapped, that the session had already. */
  readonly skipped: number;
}

/** Storing what an agent run returned. */
export class RunResults {
  readonly #store: SessionStore;
  readonly #limits: Limits;
  readonly #digest: Digest;
  readonly #checks: Checks;

  constructor({ store, limits, digest }: RunResultsOptions) {
    this.#store = store;
    this.#limits = limits;
    this.#digest = digest;
    this.#checks = new Checks(limits);
  }

  /** Adds what the session does not have yet, in one write. See `planRunResult` for what that is, and its errors. */
  async add(viewer: Viewer, input: StoreAgentResult): Promise<StoredResult> {
    if (viewer.kind !== 'SERVICE') throw new ForbiddenError('Only a service may store the result of a run.');
    if (!isSessionId(input.sessionId)) throw new NotFoundError();
    const read = readRunResult(
      {
        items: input.items,
        scope: input.scope ?? 'WHOLE',
        dialect: input.dialect ?? 'AGENTS_JS',
        currentAgent: this.#agent(input.currentAgent),
        messagesOnly: input.messagesOnly ?? false,
        metadata: '{}',
      },
      this.#limits,
    );
    const once = onceOf('storeAgentResult', input, this.#checks, this.#digest);
    const write: Write = { sessionId: input.sessionId, once };
    return withUnchangedLog(this.#store, input.sessionId, async (session) => {
      // After the snapshot: whoever used the key before it is found here, whoever uses it later conflicts with it.
      const earlier = once === undefined ? null : await this.#store.recall({ ...write, once });
      return earlier === null ? this.#append(write, read, session) : this.#again(read, earlier);
    });
  }

  async #append(write: Write, read: ReadRunResult, session: Session): Promise<StoredResult> {
    const stored = await this.#stored(session, read);
    const {
      steps,
      start,
      skipped,
      repeated = [],
    } = planRunResult(read, stored, this.#limits, session.isTrimmed);
    const written = await this.#store.append({
      ...write,
      steps,
      ifEnd: session.end,
      note: [start, skipped, ...repeated].join(' '),
    });
    return { ...written, skipped };
  }

  /** The first answer again: the place in the result where its new items began makes the same steps. */
  #again(read: ReadRunResult, { session, note, entries }: Recalled): StoredResult {
    const [start = 0, skipped = 0, ...repeated] = note.split(' ').map(Number);
    const { steps } = planRunResult(read, { start, skipped, repeated }, this.#limits);
    return { session, entries: entries(steps), skipped };
  }

  /** What of the session the result can repeat, oldest first: no more messages than it has itself. */
  async #stored(session: Session, { result, incoming }: ReadRunResult): Promise<readonly StoredItem[]> {
    if (result.scope === 'NEW') return [];
    const spoken = incoming.filter((item) => item.spoken).length;
    const pages: StoredItem[][] = [];
    let messages = 0;
    let items = 0;
    let before: EntryId | undefined;
    let more = session.itemCount > 0;
    // One message more, since the items before the first that matches count too.
    while (more && messages <= spoken && items < this.#limits.agentInputs) {
      const page = await earlierItems(this.#store, session.id, {
        count: Math.min(spoken + incoming.length + 1, this.#limits.itemsPerPage),
        from: 'end',
        upTo: session.end,
        before,
      });
      const stored = page.entries.map(({ item }) => item);
      pages.push(stored);
      messages += stored.filter(isSpoken).length;
      items += stored.length;
      more = page.hasPrevious;
      before = page.entries[0]?.id;
    }
    return pages.toReversed().flat();
  }

  #agent(name: Absent<string>): string | null {
    return name === null || name === undefined ? null : this.#checks.name(name, 'currentAgent');
  }
}

/** A message of a user or an assistant that has text: those are matched one to one. */
function isSpoken({ role, raw }: StoredItem): boolean {
  return (role === 'USER' || role === 'ASSISTANT') && messageText(JSON.parse(raw) as JsonObject) !== '';
}
