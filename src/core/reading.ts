import { maySee, type Viewer } from './access.ts';
import { messageText } from './agents/message.ts';
import { shapeOf } from './agents/shape.ts';
import { parseCursor, parseItemId } from './cursor.ts';
import { BadUserInputError, PayloadTooLargeError } from './errors.ts';
import type { JsonObject } from './json.ts';
import type { Limits } from './limits.ts';
import type { ItemEntry, MessageRole } from './log.ts';
import { pageSize, type Page, type PageArguments } from './paging.ts';
import type { Session } from './session.ts';
import type { ItemPageRequest, SessionStore } from './store.ts';

export interface ReadingOptions {
  readonly store: SessionStore;
  readonly limits: Limits;
}

export interface AgentInputs {
  /** The newest so many; absent: all. */
  readonly limit?: number | null | undefined;
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

  constructor({ store, limits }: ReadingOptions) {
    this.#store = store;
    this.#limits = limits;
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
    const page = await this.#store.page(session.id, {
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
    const entry = await this.#store.item(named.sessionId, named.entry);
    return entry === null ? null : { session, entry };
  }

  /**
   * The history as model input, oldest first, as it was written and without hand-offs. Where a limit cuts it, results
   * whose calls were cut off go too: a model refuses them.
   */
  async agentInputs(session: Session, { limit, messagesOnly }: AgentInputs): Promise<readonly JsonObject[]> {
    const max = this.#limits.agentInputs;
    if (limit !== null && limit !== undefined && (limit < 0 || limit > max)) {
      throw new BadUserInputError(`limit must be 0 to ${max}.`, {
        path: ['limit'],
        limit: max,
        actual: limit,
      });
    }
    if (limit === 0) return [];
    // One more than wanted tells whether the log has more than that.
    const wanted = limit ?? max;
    const inputs = await this.#newest(session, wanted + 1, messagesOnly === true);
    if (inputs.length <= wanted) return inputs;
    if (limit !== null && limit !== undefined) return withoutCutOffResults(inputs.slice(1));
    throw new PayloadTooLargeError(
      `The history has more than ${max} items: use limit, or page through items.`,
      {
        path: ['limit'],
        limit: max,
        actual: session.itemCount,
      },
    );
  }

  async #newest(session: Session, count: number, messagesOnly: boolean): Promise<JsonObject[]> {
    const pages: JsonObject[][] = [];
    let missing = count;
    let before: ItemPageRequest['before'];
    while (missing > 0) {
      const page = await this.#store.page(session.id, {
        count: Math.min(missing, this.#limits.itemsPerPage),
        from: 'end',
        upTo: session.end,
        before,
        roles: messagesOnly ? CONVERSATION : undefined,
      });
      const inputs = page.entries
        .filter(({ item }) => !item.handoff)
        .map(({ item }) => JSON.parse(item.raw) as JsonObject)
        .filter((raw) => !messagesOnly || messageText(raw) !== '');
      pages.push(inputs.slice(-missing));
      missing -= Math.min(missing, inputs.length);
      if (!page.hasPrevious) break;
      before = page.entries[0]?.id;
    }
    return pages.toReversed().flat();
  }

  async #page(
    session: Session,
    args: PageArguments,
    roles?: readonly MessageRole[],
  ): Promise<Page<ItemEntry>> {
    const size = pageSize(args, this.#limits.itemsPerPage, { count: this.#limits.pageDefault, from: 'end' });
    const { entries, ...more } = await this.#store.page(session.id, {
      ...size,
      after: place(session.id, args.after, 'after'),
      before: place(session.id, args.before, 'before'),
      upTo: session.end,
      roles,
    });
    return { nodes: entries, ...more };
  }
}

function place(sessionId: string, cursor: string | null | undefined, name: string) {
  return cursor === null || cursor === undefined ? undefined : parseCursor(sessionId, cursor, name);
}

function withoutCutOffResults(inputs: readonly JsonObject[]): readonly JsonObject[] {
  const calls = new Set<string>();
  return inputs.filter((input) => {
    const shape = shapeOf(input);
    if (shape?.kind === 'call') calls.add(shape.callId);
    return shape?.kind !== 'result' || calls.has(shape.callId);
  });
}
