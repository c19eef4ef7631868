import { ForbiddenError, BadUserInputError, ConflictError, NotFoundError } from './errors.ts';
import type { Viewer } from './access.ts';
import { convertItems } from './agents/dialects.ts';
import { newItems } from './agents/new-item.ts';
import { Checks } from './checks.ts';
import { cursorOf, type EntryId } from './cursor.ts';
import { earlierItems } from './earlier-items.ts';
import { canonicalJson, isJsonObject, jsonFault, type JsonObject } from './json.ts';
import type { Limits } from './limits.ts';
import type { ItemDialect, ItemEntry } from './log.ts';
import { onceOf, type Digest } from './once.ts';
import { isSessionId, type Session } from './session.ts';
import type { AppendStep, SessionStore, Written } from './store.ts';
import { withUnchangedLog } from './unchanged-log.ts';

export interface RewritingOptions {
  readonly store: SessionStore;
  readonly limits: Limits;
  readonly digest: Digest;
}

export interface ReplaceSuffix {
  readonly sessionId: string;
  readonly expectedSuffix: readonly unknown[];
  readonly replacement: readonly unknown[];
  readonly dialect?: ItemDialect | null | undefined;
  readonly idempotencyKey?: string | null | undefined;
}

/** Changes of what the log ends in. */
export class Rewriting {
  readonly #store: SessionStore;
  readonly #limits: Limits;
  readonly #digest: Digest;
  readonly #checks: Checks;

  constructor({ store, limits, digest }: RewritingOptions) {
    this.#store = store;
    this.#limits = limits;
    this.#digest = digest;
    this.#checks = new Checks(limits);
  }

  /**
   * Replaces the newest items by others, if they are what is expected; hand-offs among them go with them, and the agent
   * that is current stays so. Items are compared as `agentInputs` gives them in that dialect.
   * @throws ConflictError, with the log's end as `current`, when the history does not end in `expectedSuffix`.
   */
  async replaceSuffix(viewer: Viewer, input: ReplaceSuffix): Promise<Written> {
    if (viewer.kind !== 'SERVICE') throw new ForbiddenError('Only a service may replace items.');
    if (!isSessionId(input.sessionId)) throw new NotFoundError();
    const dialect = input.dialect ?? 'AGENTS_JS';
    const expected = this.#expectedItems(input.expectedSuffix);
    const steps = this.#itemSteps(input.replacement, dialect);
    const once = onceOf('replaceSuffix', input, this.#checks, this.#digest);
    const write = { sessionId: input.sessionId, once };
    return withUnchangedLog(this.#store, input.sessionId, async (session) => {
      // After the snapshot: whoever used the key before it is found here, whoever uses it later is found by `append`.
      const earlier = once === undefined ? null : await this.#store.recall({ ...write, once });
      if (earlier !== null) return { session: earlier.session, entries: earlier.entries(steps) };
      const remove = await this.#suffix(session, expected, dialect);
      const { currentAgent } = session;
      const agent: AppendStep[] = currentAgent === null ? [] : [{ kind: 'agent', name: currentAgent }];
      return this.#store.append({ ...write, steps: [...steps, ...agent], remove, ifEnd: session.end });
    });
  }

  #itemSteps(values: readonly unknown[], dialect: ItemDialect): AppendStep[] {
    if (values.length === 0) return [];
    const context = { dialect, agent: null, metadata: '{}' };
    return newItems(values, context, this.#limits, 'replacement').map((item) => ({ kind: 'item', item }));
  }

  #expectedItems(values: readonly unknown[]): readonly JsonObject[] {
    const limit = this.#limits.itemsPerWrite;
    if (values.length > limit) {
      throw new BadUserInputError(`expectedSuffix holds at most ${limit} items.`, {
        path: ['expectedSuffix'],
        limit,
        actual: values.length,
      });
    }
    // What is converted may be nested a little deeper than what was stored.
    const depth = 2 * this.#limits.itemDepth;
    return values.map((value, index) => {
      const fault = isJsonObject(value) ? jsonFault(value, depth) : 'is no JSON object';
      if (fault === null && isJsonObject(value)) return value;
      const path = ['expectedSuffix', index];
      throw new BadUserInputError(`expectedSuffix[${index}] ${fault}.`, { path, index });
    });
  }

  /** The entries from the first expected item to the log's end, newest first. */
  async #suffix(session: Session, expected: readonly JsonObject[], dialect: ItemDialect): Promise<EntryId[]> {
    if (expected.length === 0) return [];
    const newest = await this.#newest(session, expected.length + CONTEXT);
    const items = newest.filter(({ item }) => !item.handoff);
    const found = convertItems(
      items.map(({ item }) => ({
        raw: JSON.parse(item.raw) as JsonObject,
        dialect: item.dialect,
        toolName: item.toolName,
      })),
      dialect,
    ).slice(-expected.length);
    const ends =
      found.length === expected.length &&
      found.every((item, index) => canonicalJson(item) === canonicalJson(expected[index]));
    if (!ends) {
      throw new ConflictError('The history does not end in expectedSuffix.', {
        current: cursorOf(session.id, session.end),
      });
    }
    const suffix = newest.slice(indexOfItem(newest, expected.length));
    return suffix.map(({ id }) => id).toReversed();
  }

  /** The log's newest entries that hold so many items besides hand-offs; it begins with one of those. */
  async #newest(session: Session, count: number): Promise<readonly ItemEntry[]> {
    const newest: ItemEntry[] = [];
    let missing = count;
    let before: EntryId | undefined;
    while (missing > 0) {
      const page = await earlierItems(this.#store, session.id, {
        count: Math.min(missing + HANDOFF_SLACK, this.#limits.itemsPerPage),
        from: 'end',
        upTo: session.end,
        before,
      });
      const from = indexOfItem(page.entries, missing);
      const taken = page.entries.slice(from);
      newest.unshift(...taken);
      missing -= taken.filter(({ item }) => !item.handoff).length;
      if (!page.hasPrevious) break;
      before = page.entries[0]?.id;
    }
    return newest;
  }
}

/** Items before the suffix that are converted with it: what a result becomes may depend on its call. */
const CONTEXT = 100;

/** Hand-offs are rare: with so many more entries one page holds most suffixes. */
const HANDOFF_SLACK = 8;

/** Where the newest `count` items besides hand-offs begin; 0 when there are not so many. */
function indexOfItem(entries: readonly ItemEntry[], count: number): number {
  let missing = count;
  for (let index = entries.length - 1; index >= 0; index--) {
    if (entries[index]?.item.handoff === false && --missing === 0) return index;
  }
  return 0;
}
