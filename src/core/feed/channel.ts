import type { EntryId } from '../cursor.ts';
import type { Doorbell, Moment } from '../live.ts';
import type { LogRead } from '../store-reads.ts';
import { Pages } from './pages.ts';
import { isSame, Window, type Bell, type WindowBounds } from './window.ts';

interface Running {
  readonly version: number;
  readonly read: Promise<LogRead | null>;
}

/** Changes kept for each reader: most sessions have one, which is not behind. */
const CHANGES_EACH = 16;

/** From so many readers on: one that follows is one, and its audience another. */
const SEVERAL = 3;
const PAGES_CHARACTERS = 256 * 1024;
const NOTHING: readonly Bell[] = [];

export type ReadLog = (after: EntryId | null) => Promise<LogRead | null>;

/**
 * What the readers of one session in this process share: the doorbells, the newest changes, and reads of the store.
 * It holds nothing per reader but the function that wakes it.
 */
export class Channel {
  /** How many there are; whoever opens and closes them counts. */
  readers = 0;
  readonly #read: ReadLog;
  readonly #window: Window;
  /** Few: those at the end are one audience, and those behind it read the store. */
  #waiting: (() => void)[] = [];
  /** Those under way; absent where none is, as nearly always. */
  #reads: Map<EntryId | null, Running> | undefined;
  /** Absent where nobody is far behind. */
  #pages: Pages | undefined;
  /** How often more may have changed than was told. */
  #looks = 0;
  #version = 0;
  #end: Moment | null = null;
  #failed = false;
  /** A moment that was found by looking, and that no doorbell has led to yet: it may still be on its way. */
  #unannounced: Moment | null = null;

  constructor(read: ReadLog, bounds: WindowBounds) {
    this.#read = read;
    this.#window = new Window(bounds);
  }

  /** Grows with every doorbell: a reader that saw this version of the session has seen all that was announced. */
  get version(): number {
    return this.#version;
  }

  ring(doorbell: Doorbell): void {
    if (doorbell === 'look') {
      this.#window.forget();
      this.#pages = undefined;
      this.#looks++;
    } else {
      this.#window.push(doorbell, this.readers * CHANGES_EACH);
    }
    if (doorbell === 'look' || isSame(doorbell.to, this.#unannounced)) this.#unannounced = null;
    this.#end = this.#window.end;
    this.#version++;
    const waiting = this.#waiting;
    if (waiting.length === 0) return;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }

  /**
   * Rings when the session is not as this channel believes, or when a reader could not read it.
   * @param version What was heard when the moment was read; absent: as much as now.
   * @returns whether a doorbell has been lost since: what the look before this one found was not told by any.
   */
  compare(moment: Moment | null, version: number = this.#version): boolean {
    if (this.#pages?.forgetUnused() === false) this.#pages = undefined;
    const isLost = this.#unannounced !== null;
    const isNews = this.#end !== null && moment !== null && !isSame(moment, this.#end);
    if (moment === null || !isSame(moment, this.#end) || this.#failed) this.ring('look');
    this.#unannounced = isNews && this.#version === version + 1 ? moment : null;
    this.#failed = false;
    this.#end = moment;
    return isLost;
  }

  /** A reader could not read: it waits for the next doorbell, which the next look at the store rings. */
  fail(): void {
    this.#failed = true;
  }

  /** The first of what doorbells brought after a moment; null when the store must be read. */
  after(moment: Moment): readonly Bell[] | null {
    // Before the first doorbell the end is what was read, or looked at.
    return this.#window.after(moment) ?? (isSame(moment, this.#end) ? NOTHING : null);
  }

  /** Greater for later moments; null for one that must be looked for in the store. */
  numberOf(moment: Moment): number | null {
    return this.#window.numberOf(moment);
  }

  /**
   * Reads the store. Readers that stand in one place and have heard the same doorbells share the read, and those that are
   * far behind what others have read.
   */
  read(after: EntryId | null): Promise<LogRead | null> {
    const kept = this.#pages?.find(after);
    if (kept !== undefined && kept !== null) return Promise.resolve(kept);
    const reads = (this.#reads ??= new Map<EntryId | null, Running>());
    const running = reads.get(after);
    if (running?.version === this.#version) return running.read;
    const version = this.#version;
    const looks = this.#looks;
    const read = this.#read(after)
      .then((result) => {
        if (version === this.#version) this.#found(result);
        this.#keep(after, result, looks);
        return result;
      })
      .catch((error: unknown) => {
        this.fail();
        throw error;
      })
      .finally(() => {
        if (reads.get(after)?.read === read) reads.delete(after);
        if (reads.size === 0 && this.#reads === reads) this.#reads = undefined;
      });
    reads.set(after, { version, read });
    return read;
  }

  /** A page that does not reach the log's end is the same for all who read it later, unless more than that was changed. */
  #keep(after: EntryId | null, result: LogRead | null, looks: number): void {
    if (this.readers < SEVERAL || looks !== this.#looks) return;
    if (result?.state !== 'ok' || result.drafts !== null || result.entries.length === 0) return;
    this.#pages ??= new Pages(PAGES_CHARACTERS);
    this.#pages.keep(after, result);
  }

  /** A read that no doorbell interrupted shows how things are: who waits elsewhere has missed a doorbell. */
  #found(result: LogRead | null): void {
    const moment = momentOf(result);
    // A read that did not reach the end shows the log's last entry, and nothing of the drafts.
    if (result !== null && moment === null) return;
    const missed = this.#end !== null && !isSame(this.#end, moment);
    if (missed) this.ring('look');
    this.#end = moment;
  }

  /** Calls `wake` once, at the next doorbell, unless it is forgotten before. */
  onceRung(wake: () => void): void {
    // Who follows alone, and waits, has had all that came: what lives until the next doorbell would be collected late.
    if (this.readers < SEVERAL) this.#window.clear();
    this.#waiting.push(wake);
  }

  forget(wake: () => void): void {
    const index = this.#waiting.indexOf(wake);
    if (index >= 0) this.#waiting.splice(index, 1);
  }
}

/** The moment that a read shows; null when it does not reach the log's end. */
export function momentOf(read: LogRead | null): Moment | null {
  if (read?.state !== 'ok' || read.drafts === null) return null;
  return { entry: read.end, drafts: read.drafts.revision };
}
