import { CodedError, ConflictError, isRetryable, NotFoundError } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import type { Limits } from '../limits.ts';
import type { NewItem } from '../log.ts';
import type { Digest } from '../once.ts';
import type { Session } from '../session.ts';
import type { SessionStore } from '../store.ts';
import { entryOf } from './imported-item.ts';

export interface DestinationOptions {
  readonly store: SessionStore;
  readonly limits: Limits;
  readonly digest: Digest;
  /** Resolves after so many milliseconds. */
  readonly pause: (milliseconds: number) => Promise<void>;
}

/** What a session holds already. */
export interface Held {
  readonly session: Session | null;
  /** The entries of the records that its items were made of. */
  readonly entries: ReadonlySet<string>;
  /** Whether it has items that no import wrote. */
  readonly others: boolean;
}

/** The session that shall be there, and what goes to it. */
export interface Delivery {
  readonly sessionId: string;
  readonly userId: string;
  readonly metadata: JsonObject;
  readonly items: readonly { readonly entry: string; readonly item: NewItem }[];
}

/** Tries of one call while the store says that it may work later: 6 s in all. */
const TRIES = 7;
/** Tries of one delivery while others write to the session, each after reading what they wrote. */
const ROUNDS = 20;

/** The sessions that an import writes to. */
export class Destination {
  readonly #options: DestinationOptions;

  constructor(options: DestinationOptions) {
    this.#options = options;
  }

  async look(sessionId: string): Promise<Held> {
    const { store, limits } = this.#options;
    const session = await this.#retried(() => store.get(sessionId));
    const entries = new Set<string>();
    let others = false;
    if (session === null) return { session, entries, others };
    const request = { count: limits.itemsPerPage, from: 'start', upTo: session.end } as const;
    for (let page = await this.#retried(() => store.page(sessionId, request)); ;) {
      for (const { item } of page.entries) {
        const entry = entryOf(item.metadata);
        if (entry === null) others = true;
        else entries.add(entry);
      }
      const after = page.entries.at(-1)?.id;
      if (!page.hasNext || after === undefined) return { session, entries, others };
      page = await this.#retried(() => store.page(sessionId, { ...request, after }));
    }
  }

  /**
   * Adds what the session does not hold. Each write stands on the end of the log that was read: whoever writes at the
   * same time, another import included, makes it be read again, so that no entry comes twice.
   * @returns What the session holds then, and how much of it is new.
   * @throws ConflictError when others never stop writing to it, or it belongs to another user.
   */
  async deliver(delivery: Delivery, held: Held): Promise<{ readonly held: Held; readonly added: number }> {
    for (let round = 1; ; round++) {
      const { entries, session } = held;
      const items = delivery.items.filter(({ entry }) => !entries.has(entry));
      if (items.length === 0) return { held, added: 0 };
      try {
        const end = await this.#append(session ?? (await this.#create(delivery)), items);
        const names = items.map(({ entry }) => entry);
        return {
          held: { ...held, session: end, entries: new Set([...entries, ...names]) },
          added: items.length,
        };
      } catch (error) {
        const changed = error instanceof ConflictError || error instanceof NotFoundError;
        if (!changed || round === ROUNDS) throw error;
      }
      held = await this.look(delivery.sessionId);
    }
  }

  /** @throws ConflictError when somebody else has made it since, and perhaps written to it. */
  async #create({ sessionId, userId, metadata }: Delivery): Promise<Session> {
    const session = await this.#retried(() =>
      this.#options.store.create({
        id: sessionId,
        userId,
        title: null,
        metadata,
        expiresAfter: null,
        maxItems: null,
        ifExists: 'RETURN',
      }),
    );
    if (session.end !== session.born) throw new ConflictError('The session has been made meanwhile.');
    return session;
  }

  async #append(before: Session, items: Delivery['items']): Promise<Session> {
    const { store, digest } = this.#options;
    // The end is part of the key: after a clear the same entries are another write.
    const key = digest(JSON.stringify([before.end, items.map(({ entry }) => entry)]));
    const write = {
      sessionId: before.id,
      owner: before.userId,
      once: { key: `import ${key}`, digest: key },
      ifEnd: before.end,
      steps: items.map(({ item }) => ({ kind: 'item', item }) as const),
    };
    const { session } = await this.#retried(() => store.append(write));
    return session;
  }

  /** Repeats a call that may succeed later; each of them can be repeated without harm. */
  async #retried<T>(call: () => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries++) {
      try {
        return await call();
      } catch (error) {
        if (!(error instanceof CodedError && isRetryable(error.code)) || tries === TRIES) throw error;
      }
      await this.#options.pause(50 * 2 ** tries);
    }
  }
}
