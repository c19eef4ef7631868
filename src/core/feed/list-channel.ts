import type { Clock } from '../clock.ts';
import { CursorExpiredError } from '../errors.ts';
import type { ListDoorbell } from '../live.ts';
import type { Session } from '../session.ts';
import type { SessionStore } from '../store.ts';

/** What became of a session of the list: as it is, or null when it is gone. */
export interface ListChange {
  readonly sessionId: string;
  readonly session: Session | null;
}

export interface ListChannelOptions {
  readonly store: SessionStore;
  readonly clock: Clock;
  readonly userId: string;
  /** Told of reads that failed; they are tried again at the next tick. */
  readonly onError: (error: unknown) => void;
}

interface Told {
  /** Greater for what was told later. */
  readonly version: number;
  readonly at: number;
  readonly session: Session | null;
}

/** Which sessions may be otherwise than was told. */
type Stale = 'the newest' | 'all';

/** What is kept of a session that was not told. */
type Known = Pick<Session, 'end' | 'expiresAt' | 'updatedAt'>;

/** A session is told of once in so many milliseconds at most. */
const PACE_MS = 1_000;
/** Sessions whose last change is kept for readers; a list that is looked at again is read so far. */
const KEPT = 1_000;
const LOOK = 100;

/**
 * One user's list, as those watch it who share this process: which sessions changed, each with the last thing that was
 * told of it. It holds nothing per reader but the function that wakes it.
 */
export class ListChannel {
  readonly #options: ListChannelOptions;
  /** In the order of their versions. */
  readonly #told = new Map<string, Told>();
  /** Sessions that only some readers know, from further down the list: those are told when they go. */
  readonly #met = new Map<string, Known>();
  readonly #waiting = new Set<() => void>();
  /** Sessions to be read, and whether that is because their doorbells rang; else they may be as they were. */
  readonly #changed = new Map<string, boolean>();
  #rang = false;
  #stale: Stale | null = 'all';
  #reading: Promise<void> | undefined;
  #version = 0;
  /** The last version of which something is kept no more. */
  #forgotten = 0;

  constructor(options: ListChannelOptions) {
    this.#options = options;
  }

  get version(): number {
    return this.#version;
  }

  ring(doorbell: ListDoorbell): void {
    this.#rang = true;
    if (doorbell === 'look') return this.look('all');
    this.#changed.set(doorbell.sessionId, true);
    void this.tick();
  }

  /** Whether a doorbell has rung since the last call. */
  hasRung(): boolean {
    const rang = this.#rang;
    this.#rang = false;
    return rang;
  }

  /** Compares sessions with what was told of them, though no doorbell rang for any. */
  look(what: Stale): void {
    if (this.#stale !== 'all') this.#stale = what;
    void this.tick();
  }

  /** Reads the list as it is at the beginning, so that what goes missing later is noticed. */
  async begin(): Promise<void> {
    const { sessions } = await this.#newest();
    for (const session of sessions.toReversed()) this.#keep(session.id, session, 0);
    this.#stale = null;
  }

  /** A reader has been given these, which may be none that were told. */
  meet(sessions: readonly Session[]): void {
    for (const { id, end, expiresAt, updatedAt } of sessions) {
      if (this.#told.get(id)?.session) continue;
      this.#met.delete(id);
      this.#met.set(id, { end, expiresAt, updatedAt });
    }
    for (const id of this.#met.keys()) {
      if (this.#met.size <= KEPT) return;
      this.#met.delete(id);
    }
  }

  /** Finds out what is due; what changes faster than it is told is told with what it has become. */
  tick(): Promise<void> {
    this.#reading ??= this.#catchUp().finally(() => (this.#reading = undefined));
    return this.#reading;
  }

  /** Sessions whose time has run out go without a doorbell. */
  expire(): void {
    const now = this.#options.clock.now();
    for (const [id, { expiresAt }] of this.#present()) {
      if (expiresAt !== null && expiresAt <= now) this.#check(id);
    }
    void this.tick();
  }

  /**
   * What was told after a version, the oldest first, each session once.
   * @throws CursorExpiredError when it is so much that not all of it was kept.
   */
  after(version: number): readonly ListChange[] {
    if (version < this.#forgotten) {
      throw new CursorExpiredError('More sessions have changed than were waited for. Read the list again.');
    }
    if (version >= this.#version) return [];
    return [...this.#told].flatMap(([sessionId, told]) =>
      told.version > version ? { sessionId, session: told.session } : [],
    );
  }

  /** Calls `wake` once, when there is something to tell, unless the returned function is called before. */
  onceTold(wake: () => void): () => void {
    this.#waiting.add(wake);
    return () => void this.#waiting.delete(wake);
  }

  async #catchUp(): Promise<void> {
    try {
      // What rings while this reads is read in the next round.
      while (this.#stale !== null || this.#due().length > 0) {
        if (this.#stale !== null) await this.#compare(this.#stale);
        await this.#readDue();
      }
    } catch (error) {
      this.#options.onError(error);
    }
  }

  #check(id: string): void {
    if (!this.#changed.has(id)) this.#changed.set(id, false);
  }

  #due(): readonly (readonly [string, boolean])[] {
    return [...this.#changed].filter(([id]) => this.#isDue(id));
  }

  #isDue(id: string): boolean {
    return this.#options.clock.now() - (this.#told.get(id)?.at ?? 0) >= PACE_MS;
  }

  async #readDue(): Promise<void> {
    const due = this.#due();
    for (const [id] of due) this.#changed.delete(id);
    let read = 0;
    try {
      for (const [id, rang] of due) {
        const session = await this.#options.store.get(id);
        read++;
        this.#found(id, session, rang);
      }
    } finally {
      for (const [id, rang] of due.slice(read)) this.#changed.set(id, rang || this.#changed.get(id) === true);
    }
  }

  #found(id: string, session: Session | null, rang: boolean): void {
    const met = this.#met.get(id);
    const isOwn = session?.userId === this.#options.userId;
    // Of another's session that nobody took for this user's there is nothing to say.
    if (session !== null && !isOwn && met === undefined && !this.#told.has(id)) return;
    if (isOwn && !rang && session.end === met?.end) return;
    this.#tell(id, isOwn ? session : null);
  }

  /** Something may have been missed: compares the newest of the list, and all others if need be, with what was told. */
  async #compare(what: Stale): Promise<void> {
    this.#stale = null;
    try {
      const { sessions, hasNext } = await this.#newest();
      for (const session of sessions.toReversed()) {
        if (this.#isDue(session.id)) this.#tell(session.id, session);
        else this.#check(session.id);
      }
      const present = new Set(sessions.map(({ id }) => id));
      const lowest = (hasNext && what === 'the newest' && sessions.at(-1)?.updatedAt) || 0;
      // Gone, or further down the list: each is asked for.
      for (const [id, { updatedAt }] of this.#present()) {
        if (!present.has(id) && updatedAt >= lowest) this.#check(id);
      }
    } catch (error) {
      this.look(what);
      throw error;
    }
  }

  /** The sessions that are there, as far as readers know. */
  #present(): readonly (readonly [string, Known])[] {
    const told = [...this.#told].flatMap(([id, { session }]) =>
      session === null ? [] : [[id, session] as const],
    );
    return [...told, ...this.#met];
  }

  #newest() {
    return this.#options.store.list(this.#options.userId, { count: LOOK, from: 'start' });
  }

  #tell(id: string, session: Session | null): void {
    const told = this.#told.get(id);
    const isKnown = told !== undefined && told.session?.end === session?.end;
    if (isKnown && !this.#met.has(id)) return;
    this.#version++;
    this.#keep(id, session, this.#options.clock.now());
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const wake of waiting) wake();
  }

  #keep(id: string, session: Session | null, at: number): void {
    this.#met.delete(id);
    this.#told.delete(id);
    this.#told.set(id, { version: this.#version, at, session });
    if (this.#told.size <= KEPT) return;
    const [oldest] = this.#told;
    if (oldest === undefined) return;
    this.#told.delete(oldest[0]);
    this.#forgotten = oldest[1].version;
  }
}
