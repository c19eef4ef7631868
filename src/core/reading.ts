import { maySee, type Viewer } from './access.ts';
import { Allowance } from './allowance.ts';
import { convertItems, type DialectItem } from './agents/dialects.ts';
import { messageText } from './agents/message.ts';
import { shapeOf } from './agents/shape.ts';
import { parseCursor, parseItemId } from './cursor.ts';
import type { Draft } from './draft.ts';
import { earlierItems, NOTHING } from './earlier-items.ts';
import { BadUserInputError, NotFoundError, PayloadTooLargeError } from './errors.ts';
import type { JsonObject } from './json.ts';
import type { Limits } from './limits.ts';
import type { ItemDialect, ItemEntry, MessageRole, StoredItem } from './log.ts';
import { pageSize, type Page, type PageArguments } from './paging.ts';
import type { Session } from './session.ts';
import type { SessionStore } from './store.ts';
import type { ItemPage, ItemPageRequest } from './store-reads.ts';

export interface ReadingOptions {
  readonly store: SessionStore;
  readonly limits: Limits;
  /** Absent: any number. */
  readonly allowance?: Allowance;
}

export interface AgentInputs {
  /** The newest so many; absent: all. */
  readonly limit?: number | null | undefined;
  /** The form to give them in; AGENTS_JS. */
  readonly dialect?: ItemDialect | null | undefined;
  /** Only messages of users and assistants that have text. */
  readonly messagesOnly?: boolean | null | undefined;
}

/** Messages that people read. */
const CONVERSATION: readonly MessageRole[] = ['USER', 'ASSISTANT'];

/**
 * What can be read of a session's log. All reads stop at the end that the given snapshot had, so that everything that
 * one query answers fits the cursor that it answers.
 */
export class Reading {
  readonly #store: SessionStore;
  readonly #limits: Limits;
  readonly #allowance: Allowance;

  constructor({ store, limits, allowance = new Allowance(Infinity) }: ReadingOptions) {
    this.#store = store;
    this.#limits = limits;
    this.#allowance = allowance;
  }

  /** The same for one operation, which may read so much and no more; then every read throws PayloadTooLargeError. */
  bounded(characters: number): Reading {
    const allowance = new Allowance(characters);
    return new Reading({ store: this.#store, limits: this.#limits, allowance });
  }

  async items(session: Session, args: PageArguments): Promise<Page<ItemEntry>> {
    return this.#page(session, args);
  }

  /** `roles` null is users and assistants. */
  async messages(
    session: Session,
    args: PageArguments,
    roles: readonly MessageRole[] | null | undefined,
  ): Promise<Page<ItemEntry>> {
    if (roles?.length === 0) {
      throw new BadUserInputError('roles is empty: no message could match.', { path: ['roles'] });
    }
    return this.#page(session, args, [...new Set(roles ?? CONVERSATION)]);
  }

  async lastMessage(session: Session): Promise<ItemEntry | null> {
    if (session.messageCount === 0) return null;
    const page = await this.#entries(session.id, {
      count: 1,
      from: 'end',
      upTo: session.end,
      roles: CONVERSATION,
    });
    return page.entries[0] ?? null;
  }

  /** The item that a global id names, with its session; null when it is none, is gone, or may not be seen. */
  async item(viewer: Viewer, id: string): Promise<{ session: Session; entry: ItemEntry } | null> {
    const named = parseItemId(id);
    if (named === null) return null;
    const session = await this.#store.get(named.sessionId);
    if (session === null || !maySee(viewer, session)) return null;
    this.#allowance.take(0);
    const entry = await this.#store.item(named.sessionId, named.entry);
    if (entry === null) return null;
    this.#allowance.take(lengthOf(entry));
    return { session, entry };
  }

  /** The messages that are being written now, the oldest first. */
  async drafts(session: Session): Promise<readonly Draft[]> {
    this.#allowance.take(0);
    const drafts = (await this.#store.drafts(session.id))?.open ?? [];
    for (const { text, reasoning } of drafts) this.#allowance.take(text.length + reasoning.length);
    return drafts;
  }

  /**
   * The history as model input, oldest first, from the newest compaction on and without hand-offs. Where a limit cuts it,
   * or the session keeps only so many items, results whose calls were cut off go too: a model refuses them.
   */
  async agentInputs(session: Session, options: AgentInputs): Promise<readonly JsonObject[]> {
    const { limit = null, dialect = null, messagesOnly = null } = options;
    const max = this.#limits.agentInputs;
    if (limit !== null && (limit < 0 || limit > max)) {
      throw new BadUserInputError(`limit must be 0 to ${max}.`, {
        path: ['limit'],
        limit: max,
        actual: limit,
      });
    }
    if (limit === 0) return [];
    const wanted = limit ?? max;
    const { inputs, cut } = await this.#newestInputs(session, wanted, messagesOnly === true);
    if (cut && limit === null) {
      throw new PayloadTooLargeError(
        `The history has more than ${max} items: use limit, or page through items.`,
        { path: ['limit'], limit: max, actual: session.itemCount },
      );
    }
    const begun = cut || session.maxItems !== null;
    return convertItems(begun ? withoutCutOffResults(inputs) : inputs, dialect ?? 'AGENTS_JS');
  }

  /** Up to `count` inputs from the end, in order, and whether there are more before them. */
  async #newestInputs(session: Session, count: number, messagesOnly: boolean) {
    const pages: DialectItem[][] = [];
    let found = 0;
    let compacted = false;
    let before: ItemPageRequest['before'];
    let more = session.itemCount > 0;
    // One more than wanted tells whether there are more.
    while (more && !compacted && found <= count) {
      const page = await this.#earlier(session.id, {
        // Of what is no message any number may stand between two.
        count: messagesOnly
          ? this.#limits.itemsPerPage
          : Math.min(count + 1 - found, this.#limits.itemsPerPage),
        from: 'end',
        upTo: session.end,
        before,
      });
      const items = page.entries.filter(({ item }) => !item.handoff).map(({ item }) => inputOf(item));
      const compaction = items.findLastIndex(({ raw }) => raw['type'] === 'compaction');
      compacted = compaction !== -1;
      const view = compacted ? items.slice(compaction) : items;
      const inputs = messagesOnly ? view.filter(isConversation) : view;
      pages.push(inputs);
      found += inputs.length;
      more = page.hasPrevious;
      before = page.entries[0]?.id;
    }
    const inputs = pages.toReversed().flat();
    return { inputs: inputs.slice(-count), cut: found > count };
  }

  #entries(sessionId: string, request: ItemPageRequest): Promise<ItemPage> {
    return this.#counted(() => this.#store.page(sessionId, request));
  }

  #earlier(sessionId: string, request: ItemPageRequest): Promise<ItemPage> {
    return this.#counted(() => earlierItems(this.#store, sessionId, request));
  }

  async #counted(read: () => Promise<ItemPage>): Promise<ItemPage> {
    this.#allowance.take(0);
    const page = await orNothing(read());
    for (const entry of page.entries) this.#allowance.take(lengthOf(entry));
    return page;
  }

  async #page(
    session: Session,
    args: PageArguments,
    roles?: readonly MessageRole[],
  ): Promise<Page<ItemEntry>> {
    const size = pageSize(args, this.#limits.itemsPerPage, { count: this.#limits.pageDefault, from: 'end' });
    const { entries, ...more } = await this.#entries(session.id, {
      ...size,
      after: place(session.id, args.after, 'after'),
      before: place(session.id, args.before, 'before'),
      upTo: session.end,
      roles,
    });
    return { nodes: entries, ...more };
  }
}

function lengthOf({ item }: ItemEntry): number {
  return item.raw.length + item.metadata.length;
}

/** Of a session that was deleted since its snapshot nothing is left to read. */
async function orNothing(page: Promise<ItemPage>): Promise<ItemPage> {
  try {
    return await page;
  } catch (error) {
    if (error instanceof NotFoundError) return NOTHING;
    throw error;
  }
}

function place(sessionId: string, cursor: string | null | undefined, name: string) {
  return cursor === null || cursor === undefined ? undefined : parseCursor(sessionId, cursor, name);
}

function inputOf({ raw, dialect, toolName }: StoredItem): DialectItem {
  return { raw: JSON.parse(raw) as JsonObject, dialect, toolName };
}

/** A message of a user or an assistant that has text. */
function isConversation({ raw }: DialectItem): boolean {
  const shape = shapeOf(raw);
  return shape?.kind === 'message' && CONVERSATION.includes(shape.role) && messageText(raw) !== '';
}

function withoutCutOffResults(inputs: readonly DialectItem[]): readonly DialectItem[] {
  const calls = new Set<string>();
  return inputs.filter(({ raw }) => {
    const shape = shapeOf(raw);
    if (shape?.kind === 'call') calls.add(shape.callId);
    return shape?.kind !== 'result' || calls.has(shape.callId);
  });
}
