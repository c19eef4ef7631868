import type { EntryId } from '../cursor.ts';
import type { Doorbell } from '../live.ts';
import type { LogRead } from '../store.ts';
import { Window, type WindowBounds } from './window.ts';

export type ReadLog = (after: EntryId | null) => Promise<LogRead | null>;

/**
 * What the readers of one session in this process share: the doorbells, the newest entries, and reads of the log.
 * It holds nothing per reader but the function that wakes it.
 */
export class Channel {
  readonly #read: ReadLog;
  readonly #window: Window;
  readonly #waiting = new Set<() => void>();
  readonly #reads = new Map<
    EntryId | null,
    { readonly version: number; readonly read: Promise<LogRead | null> }
  >();
  #version = 0;
  #end: EntryId | null = null;
  #failed = false;

  constructor(read: ReadLog, bounds: WindowBounds) {
    this.#read = read;
    this.#window = new Window(bounds);
  }

  /** Grows with every doorbell: a reader that saw this version of the log has seen all that was announced. */
  get version(): number {
    return this.#version;
  }

  ring(doorbell: Doorbell): void {
    if (doorbell === 'look') this.#window.forget();
    else this.#window.push(doorbell.prev, doorbell.entries);
    this.#end = this.#window.end;
    this.#version++;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const wake of waiting) wake();
  }

  /** Rings when the log does not end where this channel believes, or when a reader could not read it. */
  compare(end: EntryId | null): void {
    if (end === null || end !== this.#end || this.#failed) this.ring('look');
    this.#failed = false;
    this.#end = end;
  }

  /** A reader could not read: it waits for the next doorbell, which the next look at the store's ends rings. */
  fail(): void {
    this.#failed = true;
  }

  /** What doorbells brought after a place; null when the log must be read. */
  after(place: EntryId): ReturnType<Window['after']> {
    return this.#window.after(place);
  }

  /** Reads the log; readers that stand in one place and have heard the same doorbells share the read. */
  read(after: EntryId | null): Promise<LogRead | null> {
    const running = this.#reads.get(after);
    if (running?.version === this.#version) return running.read;
    const version = this.#version;
    const read = this.#read(after)
      .then((result) => {
        if (version === this.#version) this.#found(result?.end ?? null);
        return result;
      })
      .catch((error: unknown) => {
        this.fail();
        throw error;
      })
      .finally(() => {
        if (this.#reads.get(after)?.read === read) this.#reads.delete(after);
      });
    this.#reads.set(after, { version, read });
    return read;
  }

  /** A read that no doorbell interrupted shows where the log ends: who waits elsewhere has missed a doorbell. */
  #found(end: EntryId | null): void {
    const missed = this.#end !== null && this.#end !== end;
    if (missed) this.ring('look');
    this.#end = end;
  }

  /** Resolves at the first doorbell after `version`, or when `signal` aborts. */
  async changed(version: number, signal: AbortSignal): Promise<void> {
    if (this.#version !== version || signal.aborted) return;
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        signal.removeEventListener('abort', wake);
        this.#waiting.delete(wake);
        resolve();
      };
      signal.addEventListener('abort', wake);
      this.#waiting.add(wake);
    });
  }
}
