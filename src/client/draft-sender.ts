import {
  acknowledged,
  concluded,
  lost,
  NOTHING_WRITTEN,
  unsentPieces,
  wholeText,
  written,
  type DraftPiece,
} from './draft-writing.ts';
import { AgentSessionsError, hasCode } from './errors.ts';
import type { DraftChannel } from './message-draft.ts';
import type { MutationInput, SessionHandle } from './session-handle.ts';

/** Pieces that come within this time are sent as one. */
const GATHER_MS = 30;
/** A server takes a draft that was not touched for 60,000 ms for abandoned. */
const KEEP_ALIVE_MS = 20_000;
/** From the last try of one request to the next request. */
const NEXT_TRY_MS = 5_000;

export interface DraftEnding {
  readonly operation: 'finishMessage' | 'cancelMessage';
  readonly input: MutationInput;
  readonly selection: string;
  /**
   * What is not sent yet has to be on the server first, and is what the message says; should be there; or is dropped.
   */
  readonly rest: 'needed' | 'welcome' | 'dropped';
}

/** Brings what is written to a draft on the server: in order, one request at a time, whatever gets lost on the way. */
export class DraftSender {
  readonly #handle: SessionHandle;
  readonly #input: MutationInput;
  #id: string;
  #writing = NOTHING_WRITTEN;
  /** The piece that was stored last; null: the server has nothing of this draft. */
  #last: DraftPiece | null = null;
  /** Why nothing can be sent any more. */
  #failure: { readonly error: unknown } | null = null;
  #over = false;
  #turn: Promise<unknown> = Promise.resolve();
  /** Whether a send is due at some time, or waits for its turn. */
  #due = false;
  #callOffSend = (): void => undefined;
  #callOffTouch = (): void => undefined;

  static async start(handle: SessionHandle, input: MutationInput): Promise<DraftSender> {
    return new DraftSender(handle, input, await startDraft(handle, input));
  }

  private constructor(handle: SessionHandle, input: MutationInput, id: string) {
    this.#handle = handle;
    this.#input = input;
    this.#id = id;
  }

  get id(): string {
    return this.#id;
  }

  add(channel: DraftChannel, text: string): void {
    this.#writing = written(this.#writing, channel, text);
    this.#sendIn(GATHER_MS);
  }

  /** Ends the draft, after all that was added before. When it rejects, the draft is still open. */
  end<Payload>({ operation, input, selection, rest }: DraftEnding): Promise<Payload> {
    return this.#inTurn(async () => {
      this.#callOffSend();
      this.#due = false;
      const write = (): Promise<Payload> => {
        // A store may have lost the end of what it acknowledged: the message does not depend on that.
        const text = rest === 'needed' ? { text: wholeText(this.#writing) } : {};
        return this.#handle.write(operation, { ...text, ...input, draftId: this.#id }, selection);
      };
      if (rest !== 'dropped') await this.#sendRest(rest === 'needed');
      const payload = await (operation === 'finishMessage' ? this.#orInNewDraft(write) : write());
      this.#over = true;
      this.#callOffTouch();
      return payload;
    });
  }

  async #sendRest(needed: boolean): Promise<void> {
    this.#writing = concluded(this.#writing);
    try {
      if (this.#failure !== null) throw this.#failure.error;
      for (
        let [piece] = unsentPieces(this.#writing);
        piece !== undefined;
        [piece] = unsentPieces(this.#writing)
      ) {
        await this.#store(piece);
      }
    } catch (error) {
      this.#failed(error);
      // What takes its place needs none of it.
      if (needed) throw error;
    }
  }

  #sendIn(ms: number): void {
    if (this.#due || this.#failure !== null || this.#writing.waiting.length === 0) return;
    this.#due = true;
    this.#callOffSend = this.#handle.connection.timer(ms, () => void this.#inTurn(() => this.#send()));
  }

  /** Sends what there is, each channel's as one piece. */
  async #send(): Promise<void> {
    this.#due = false;
    if (this.#over || this.#failure !== null) return;
    try {
      for (const piece of unsentPieces(this.#writing)) await this.#store(piece);
      // What the server turned out to have lost.
      this.#sendIn(GATHER_MS);
    } catch (error) {
      this.#failed(error);
    }
  }

  /** While nothing is written the server must hear that somebody still is there. */
  async #touch(): Promise<void> {
    if (this.#over || this.#failure !== null || this.#last === null) return;
    try {
      await this.#append(this.#last);
    } catch (error) {
      this.#failed(error);
    }
    this.#touchLater();
    this.#sendIn(GATHER_MS);
  }

  #touchLater(): void {
    this.#callOffTouch();
    const { timer } = this.#handle.connection;
    this.#callOffTouch = timer(KEEP_ALIVE_MS, () => void this.#inTurn(() => this.#touch()));
  }

  async #store(piece: DraftPiece): Promise<void> {
    if (!(await this.#append(piece))) return;
    this.#writing = acknowledged(this.#writing, piece);
    this.#last = piece;
    this.#touchLater();
  }

  /** false: the server has less than it had, and what is missing waits to be sent again. */
  async #append({ channel, offset, text }: DraftPiece): Promise<boolean> {
    const input = { channel, offset, text };
    const append = (): Promise<unknown> =>
      this.#handle.write('appendToMessage', { ...input, draftId: this.#id }, 'draft{id}');
    try {
      await this.#orInNewDraft(append);
      return true;
    } catch (error) {
      const length = hasCode(error, 'CONFLICT') ? Number(error.details.current) : NaN;
      if (!(length < offset)) throw error;
      this.#writing = lost(this.#writing, channel, length);
      return false;
    }
  }

  /** A draft of which nothing was ever stored may have been dropped for its silence, without a trace: another serves as well. */
  async #orInNewDraft<T>(write: () => Promise<T>): Promise<T> {
    try {
      return await write();
    } catch (error) {
      if (this.#last !== null || !hasCode(error, 'NOT_FOUND')) throw error;
      this.#id = await startDraft(this.#handle, { ...this.#input, idempotencyKey: undefined });
      return write();
    }
  }

  #failed(error: unknown): void {
    if (error instanceof AgentSessionsError && error.retryable) this.#sendIn(NEXT_TRY_MS);
    else this.#failure = { error };
  }

  #inTurn<T>(task: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(task);
    // Whoever asked learns of the failure; it is none of the next one's.
    this.#turn = done.catch(() => undefined);
    return done;
  }
}

async function startDraft(handle: SessionHandle, input: MutationInput): Promise<string> {
  const { draft } = await handle.write<{ draft: { id: string } }>('startMessage', input, 'draft{id}');
  return draft.id;
}
