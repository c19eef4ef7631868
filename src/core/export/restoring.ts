import { BadUserInputError, CodedError } from '../errors.ts';
import type { Limits } from '../limits.ts';
import type { RestoredItem, RestoredSession } from '../restored.ts';
import type { SessionStore } from '../store.ts';
import { ExportParser, type ExportLine } from './parsing.ts';

export interface RestoreOptions {
  /** The lines of an export, without line breaks. */
  readonly lines: AsyncIterable<string>;
  readonly store: SessionStore;
  readonly limits: Limits;
  /** Reads and checks everything, and writes nothing. */
  readonly dryRun: boolean;
}

export interface RestoreReport {
  readonly dryRun: boolean;
  readonly sessions: number;
  readonly items: number;
  /** Sessions that were there already, as they are in the export. */
  readonly present: number;
  /** The ids of sessions that were left out because there is another one under their id. */
  readonly taken: readonly string[];
}

/** What goes to the store at once, at most. */
const BATCH = { items: 200, characters: 1024 * 1024 } as const;

/** In place of a session's end: its line comes again, or the export ends without it. */
class Superseded extends Error {
  readonly by: ExportLine;

  constructor(by: ExportLine) {
    super('The session was changed while it was exported.');
    this.by = by;
  }
}

/**
 * Brings the sessions of an export into a store, each whole or not at all. It can be run again: what is there is left as
 * it is.
 * @throws BadUserInputError that names the line which is at fault, also where the export ends too
 * soon: what stood before it has been brought in; StoreUnavailableError, StoreTimeoutError.
 */
export async function restoreExport({
  lines,
  store,
  limits,
  dryRun,
}: RestoreOptions): Promise<RestoreReport> {
  const source = new Lines(lines, limits);
  await source.header();
  const taken: string[] = [];
  let [sessions, items, present, ended] = [0, 0, 0, 0];
  let line = await source.next();
  while (line.kind !== 'end') {
    if (line.kind !== 'session') throw source.fault('it stands outside of a session');
    const { session } = line;
    try {
      const fate = await fateOf(store, session, line.itemCount);
      const batches = itemsOf(source);
      if (fate === 'new' && !dryRun) await store.restore(session, batches);
      else for await (const _ of batches);
      ended++;
      if (fate === 'present') present++;
      else if (fate === 'taken') taken.push(session.id);
      else {
        sessions++;
        items += line.itemCount;
      }
      line = await source.next();
    } catch (error) {
      if (!(error instanceof Superseded)) throw error;
      line = error.by;
    }
  }
  if (ended !== line.sessions)
    throw source.fault(`it counts ${line.sessions} sessions, and there are ${ended}`);
  return { dryRun, sessions, items, present, taken };
}

/** What becomes of a session: whether it is to be made, is there already, or cannot be, since another has its id. */
async function fateOf(
  store: SessionStore,
  wanted: RestoredSession,
  itemCount: number,
): Promise<'new' | 'present' | 'taken'> {
  const held = await store.get(wanted.id);
  if (held === null) return 'new';
  const same = held.userId === wanted.userId && held.createdAt === wanted.createdAt;
  return same && held.updatedAt === wanted.updatedAt && held.itemCount === itemCount ? 'present' : 'taken';
}

/** The items up to the session's end, some at a time. */
async function* itemsOf(source: Lines): AsyncGenerator<readonly RestoredItem[]> {
  let batch: RestoredItem[] = [];
  let [items, characters] = [0, 0];
  for (;;) {
    const line = await source.next();
    if (line.kind === 'end of session') {
      if (line.items !== items) throw source.fault(`it counts ${line.items} items, and there are ${items}`);
      if (batch.length > 0) yield batch;
      return;
    }
    if (line.kind !== 'item') throw new Superseded(line);
    items++;
    characters += line.item.item.raw.length;
    batch.push(line.item);
    if (batch.length < BATCH.items && characters < BATCH.characters) continue;
    yield batch;
    batch = [];
    characters = 0;
  }
}

/** The lines of an export, parsed one at a time. */
class Lines {
  readonly #lines: AsyncIterator<string>;
  readonly #parser: ExportParser;
  #number = 0;

  constructor(lines: AsyncIterable<string>, limits: Limits) {
    this.#lines = lines[Symbol.asyncIterator]();
    this.#parser = new ExportParser(limits);
  }

  async header(): Promise<void> {
    const text = await this.#text();
    this.#parsed(() => this.#parser.header(text));
  }

  async next(): Promise<ExportLine> {
    const text = await this.#text();
    return this.#parsed(() => this.#parser.line(text));
  }

  fault(reason: string, cause?: unknown): BadUserInputError {
    return new BadUserInputError(`Line ${this.#number}: ${reason}`, {}, { cause });
  }

  async #text(): Promise<string> {
    this.#number++;
    const line = await this.#lines.next();
    if (line.done === true) throw this.fault('the export ends here, and is not whole');
    return line.value;
  }

  #parsed<T>(parse: () => T): T {
    try {
      return parse();
    } catch (error) {
      if (error instanceof CodedError) throw this.fault(error.message, error);
      throw error;
    }
  }
}
