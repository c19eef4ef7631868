import type { Clock } from '../clock.ts';
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
  readonly #waiting = new Set<() => void>();
  #changed = new Set<string>();
  #isStale = true;
  #reading: Promise<void> | undefined;
  #version = 0;

  constructor(options: ListChannelOptions) {
    this.#options = options;
  }

  get version(): number {
    return this.#version;
  }

  /** Whether nothing has rung since the last call. */
  quiet = true;

  ring(doorbell: ListDoorbell): void {
    this.quiet = false;
    if (doorbell === 'look') this.#isStale = true;
    else this.#changed.add(doorbell.sessionId);
    void this.tick();
  }

  /** Reads the list as it is at the beginning, so that what goes missing later is noticed. */
  async begin(): Promise<void> {
    const { sessions } = await this.#newest();
    for (const session of sessions.toReversed()) this.#keep(session.id, session, 0);
    this.#isStale = false;
  }

  /** Finds out what is due; what changes faster than it is told is told with what it has become. */
  tick(): Promise<void> {
    this.#reading ??= this.#catchUp().finally(() => (this.#reading = undefined));
    return this.#reading;
  }

  /** Sessions whose time has run out go without a doorbell. */
  expire(): void {
    const now = this.#options.clock.now();
    for (const [id, { session }] of this.#told) {
      if (session !== null && session.expiresAt !== null && session.expiresAt <= now) this.#changed.add(id);
    }
    void this.tick();
  }

  /** What was told after a version, the oldest first, each session once. */
  after(version: number): readonly ListChange[] {
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
      while (this.#isStale || this.#due().length > 0) {
        if (this.#isStale) await this.#look();
        await this.#readDue();
      }
    } catch (error) {
      this.#options.onError(error);
    }
  }

  #due(): readonly string[] {
    const now = this.#options.clock.now();
    return [...this.#changed].filter((id) => now - (this.#told.get(id)?.at ?? 0) >= PACE_MS);
  }

  async #readDue(): Promise<void> {
    const { store, userId } = this.#options;
    const due = this.#due();
    for (const id of due) this.#changed.delete(id);
    let read = 0;
    try {
      for (const id of due) {
        const session = await store.get(id);
        read++;
        this.#tell(id, session?.userId === userId ? session : null);
      }
    } finally {
      for (const id of due.slice(read)) this.#changed.add(id);
    }
  }

  /** Something may have been missed: compares the newest of the list with what was told. */
  async #look(): Promise<void> {
    this.#isStale = false;
    try {
      const { sessions, hasNext } = await this.#newest();
      const oldest = sessions.at(-1);
      for (const session of sessions.toReversed()) this.#tell(session.id, session);
      const present = new Set(sessions.map(({ id }) => id));
      for (const [id, { session }] of this.#told) {
        const isBelow = hasNext && session !== null && session.updatedAt <= (oldest?.updatedAt ?? 0);
        if (session !== null && !present.has(id) && !isBelow) this.#changed.add(id);
      }
    } catch (error) {
      this.#isStale = true;
      throw error;
    }
  }

  #newest() {
    return this.#options.store.list(this.#options.userId, { count: LOOK, from: 'start' });
  }

  #tell(id: string, session: Session | null): void {
    const told = this.#told.get(id);
    if (told !== undefined && told.session?.end === session?.end) return;
    this.#version++;
    this.#keep(id, session, this.#options.clock.now());
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const wake of waiting) wake();
  }

  #keep(id: string, session: Session | null, at: number): void {
    this.#told.delete(id);
    this.#told.set(id, { version: this.#version, at, session });
    if (this.#told.size <= KEPT) return;
    const [oldest] = this.#told.keys();
    if (oldest !== undefined) this.#told.delete(oldest);
  }
}
