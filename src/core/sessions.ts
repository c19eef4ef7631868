import { maySee, ownerGuard, type Viewer } from './access.ts';
import { Checks } from './checks.ts';
import { parseCursor } from './cursor.ts';
import { BadUserInputError, ForbiddenError, NotFoundError } from './errors.ts';
import { mergePatch, type JsonObject } from './json.ts';
import type { Limits } from './limits.ts';
import { onceOf, type Digest } from './once.ts';
import { pageSize, type Page, type PageArguments } from './paging.ts';
import { isSessionId, type Session } from './session.ts';
import { placeOf, startOf } from './session-place.ts';
import type { SessionStore, Write } from './store.ts';
import type { SessionPlace } from './store-reads.ts';

export interface SessionsOptions {
  readonly store: SessionStore;
  readonly limits: Limits;
  /** What becomes of sessions that name none; absent: they are kept for ever, with all items. */
  readonly defaults?: SessionDefaults;
  /** Ids of sessions whose creator gives none: 16 hex characters, random. */
  readonly newId: () => string;
  readonly digest: Digest;
}

/** How sessions are kept whose creator does not say. */
export interface SessionDefaults {
  /** Seconds without a write until the session is removed; null: never. */
  readonly expiresAfter: number | null;
  /** Items that are kept, the newest; null: all. */
  readonly maxItems: number | null;
}

const KEPT_FOR_EVER: SessionDefaults = { expiresAfter: null, maxItems: null };

type Absent<T> = T | null | undefined;

export interface CreateSession {
  readonly id?: Absent<string>;
  readonly userId?: Absent<string>;
  readonly title?: Absent<string>;
  readonly metadata?: Absent<unknown>;
  /** null: never expires; absent: as sessions do that name none. */
  readonly expiresAfter?: Absent<number>;
  /** null: all are kept; absent: as sessions do that name none. */
  readonly maxItems?: Absent<number>;
  readonly ifExists?: Absent<'FAIL' | 'RETURN'>;
  readonly idempotencyKey?: Absent<string>;
}

export interface UpdateSession {
  readonly id: string;
  /** null clears, absent leaves; so with expiresAfter and maxItems. */
  readonly title?: Absent<string>;
  /** A merge patch; null is an empty one. */
  readonly metadata?: Absent<unknown>;
  readonly expiresAfter?: Absent<number>;
  readonly maxItems?: Absent<number>;
  readonly idempotencyKey?: Absent<string>;
}

export interface ForkSession {
  readonly id: string;
  readonly upTo?: Absent<string>;
  readonly newId?: Absent<string>;
  /** null and absent: the title of the source. */
  readonly title?: Absent<string>;
  readonly idempotencyKey?: Absent<string>;
}

export interface SessionRef {
  readonly id: string;
  readonly idempotencyKey?: Absent<string>;
}

/** What can be done with sessions as a whole. Every method takes who asks, and treats what they may not see as absent. */
export class Sessions {
  readonly #store: SessionStore;
  readonly #limits: Limits;
  readonly #defaults: SessionDefaults;
  readonly #newId: () => string;
  readonly #digest: Digest;
  readonly #checks: Checks;

  constructor({ store, limits, defaults = KEPT_FOR_EVER, newId, digest }: SessionsOptions) {
    this.#store = store;
    this.#limits = limits;
    this.#defaults = defaults;
    this.#newId = newId;
    this.#digest = digest;
    this.#checks = new Checks(limits);
  }

  async create(viewer: Viewer, input: CreateSession): Promise<Session> {
    const userId = this.#owner(viewer, input.userId);
    const metadata = this.#checks.metadata(input.metadata);
    return this.#store.create({
      id: this.#chosenId(viewer, input.id, 'id') ?? this.#newId(),
      userId,
      title: this.#checks.title(input.title),
      metadata: parsed(metadata),
      expiresAfter: withDefault(this.#expiresAfter(input.expiresAfter), this.#defaults.expiresAfter),
      maxItems: withDefault(this.#maxItems(input.maxItems), this.#defaults.maxItems),
      ifExists: input.ifExists ?? 'FAIL',
      once: onceOf('createSession', { ...input, userId }, this.#checks, this.#digest),
    });
  }

  /** null when it does not exist or the viewer may not see it. */
  async get(viewer: Viewer, id: string): Promise<Session | null> {
    if (!isSessionId(id)) return null;
    const session = await this.#store.get(id);
    return session !== null && maySee(viewer, session) ? session : null;
  }

  /** A user's sessions, the most recently active first. */
  async list(viewer: Viewer, userId: Absent<string>, args: PageArguments): Promise<Page<Session>> {
    const owner = this.#owner(viewer, userId);
    const size = pageSize(args, this.#limits.sessionsPerPage, {
      count: this.#limits.pageDefault,
      from: 'start',
    });
    const { sessions, ...more } = await this.#store.list(owner, {
      ...size,
      after: placeOf(args.after, 'after'),
      before: placeOf(args.before, 'before'),
    });
    return { nodes: sessions, ...more };
  }

  /** Whose list a viewer means, and the place in it that a cursor names; `"0"`: below all of it. */
  listOf(
    viewer: Viewer,
    userId: Absent<string>,
    after: Absent<string>,
  ): { readonly owner: string; readonly since: SessionPlace | undefined } {
    return {
      owner: this.#owner(viewer, userId),
      since: startOf(after),
    };
  }

  async update(viewer: Viewer, input: UpdateSession): Promise<Session> {
    const patch = parsed(this.#checks.metadata(input.metadata));
    return this.#store.update({
      ...this.#write(viewer, 'updateSession', input),
      title: input.title === undefined ? undefined : this.#checks.title(input.title),
      expiresAfter: this.#expiresAfter(input.expiresAfter),
      maxItems: this.#maxItems(input.maxItems),
      metadata:
        Object.keys(patch).length === 0
          ? undefined
          : (current) => parsed(this.#checks.metadata(mergePatch(current, patch))),
    });
  }

  /**
   * A new session of the same owner with the history up to and including `upTo`, all of it when absent.
   * @throws CursorExpiredError when the log no longer holds what `upTo` names.
   */
  async fork(viewer: Viewer, input: ForkSession): Promise<Session> {
    if (!isSessionId(input.id)) throw new NotFoundError();
    const { upTo } = input;
    return this.#store.fork({
      sourceId: input.id,
      owner: ownerGuard(viewer),
      upTo: upTo === null || upTo === undefined ? undefined : parseCursor(input.id, upTo, 'upTo'),
      newId: this.#chosenId(viewer, input.newId, 'newId') ?? this.#newId(),
      title: this.#checks.title(input.title) ?? undefined,
      once: onceOf('forkSession', input, this.#checks, this.#digest),
    });
  }

  async clear(viewer: Viewer, input: SessionRef): Promise<Session> {
    return this.#store.clear(this.#write(viewer, 'clearSession', input));
  }

  /** Whether there was anything to delete. */
  async delete(viewer: Viewer, input: SessionRef): Promise<boolean> {
    if (!isSessionId(input.id)) return false;
    return this.#store.delete(this.#write(viewer, 'deleteSession', input));
  }

  #write(viewer: Viewer, operation: string, input: SessionRef): Write {
    if (!isSessionId(input.id)) throw new NotFoundError();
    return {
      sessionId: input.id,
      owner: ownerGuard(viewer),
      once: onceOf(operation, input, this.#checks, this.#digest),
    };
  }

  #chosenId(viewer: Viewer, id: Absent<string>, name: string): string | null {
    if (id === null || id === undefined) return null;
    if (viewer.kind === 'USER') throw new ForbiddenError('Only a service may choose the id of a session.');
    if (isSessionId(id)) return id;
    throw new BadUserInputError(`${name} must have 1 to 128 characters of A-Z, a-z, 0-9, _ and -.`, {
      path: [name],
    });
  }

  #owner(viewer: Viewer, userId: Absent<string>): string {
    if (viewer.kind === 'USER') {
      if (userId !== null && userId !== undefined && userId !== viewer.userId) {
        throw new ForbiddenError('A user acts for itself alone: leave userId out.');
      }
      return viewer.userId;
    }
    const owner = userId ?? viewer.userId;
    if (owner === null) {
      throw new BadUserInputError('userId is needed: a service says for which user it acts.', {
        path: ['userId'],
      });
    }
    return this.#checks.name(owner, 'userId');
  }

  #expiresAfter(value: Absent<number>): number | null | undefined {
    return value === null || value === undefined ? value : this.#checks.expiresAfter(value);
  }

  #maxItems(value: Absent<number>): Absent<number> {
    return value === null || value === undefined ? value : this.#checks.maxItems(value);
  }
}

/** What is absent is the default; null stays null. */
function withDefault(value: Absent<number>, fallback: number | null): number | null {
  return value === undefined ? fallback : value;
}

/** Of text that was just made from a checked object. */
function parsed(metadata: string): JsonObject {
  return JSON.parse(metadata) as JsonObject;
}
