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
import { newKey } from './idempotency-key.ts';
import { MESSAGE_FIELDS, type Message } from './item.ts';
import type { DraftChannel } from './message-draft.ts';
import type { MutationInput, SessionHandle } from './session-handle.ts';

/** Pieces that come within this time are sent as one. */
const GATHER_MS = 30;
/** A server takes a draft that was not touched for 60,000 ms for abandoned. */
const KEEP_ALIVE_MS = 20_000;
/** From the last try of one request to the next request. */
const NEXT_TRY_MS = 5_000;

/** What a message is asked for when a draft has become one. */
const MESSAGE = `message{${MESSAGE_FIELDS}}`;

/** Brings what is written to a draft on the server: in order, one request at a time, whatever gets lost on the way. */
export class DraftSender {
  readonly #handle: SessionHandle;
  readonly #input: MutationInput;
  /** When it may begin. */
  readonly #after: Promise<unknown>;
  /** null: the server has none yet. */
  #id: string | null;
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
    return new DraftSender(handle, input, Promise.resolve(), await startDraft(handle, input));
  }

  /** One that the server hears of with the first piece, and after that promise. */
  static later(handle: SessionHandle, input: MutationInput, after: Promise<unknown>): DraftSender {
    return new DraftSender(handle, { ...input, idempotencyKey: newKey() }, after, null);
  }

  private constructor(
    handle: SessionHandle,
    input: MutationInput,
    after: Promise<unknown>,
    id: string | null,
  ) {
    this.#handle = handle;
    this.#input = input;
    this.#after = after;
    this.#id = id;
  }

  /** Empty while the server has none. */
  get id(): string {
    return this.#id ?? '';
  }

  add(channel: DraftChannel, text: string): void {
    this.#writing = written(this.#writing, channel, text);
    this.#sendIn(GATHER_MS);
  }

  /** Makes it a message of what was added, unless the input says what it is. When it rejects, the draft is still open. */
  finish(input: MutationInput, given: boolean): Promise<Message> {
    return this.#end(async () => {
      await this.#sendRest(!given);
      // A store may have lost the end of what it acknowledged: the message does not depend on that.
      const text = given ? {} : { text: wholeText(this.#writing) };
      const { message } = await this.#inDraft((draftId) =>
        this.#handle.write<{ message: Message }>('finishMessage', { ...text, ...input, draftId }, MESSAGE),
      );
      return message;
    });
  }

  /** null when nothing was kept, the draft was gone, or never was. */
  cancel(keep: boolean): Promise<Message | null> {
    return this.#end(async () => {
      if (keep) await this.#sendRest(false);
      if (this.#id === null) return null;
      const input = { keep, draftId: this.#id };
      try {
        const { message } = await this.#handle.write<{ message: Message | null }>(
          'cancelMessage',
          input,
          MESSAGE,
        );
        return message;
      } catch (error) {
        if (!hasCode(error, 'NOT_FOUND')) throw error;
        return null;
      }
    });
  }

  /** Ends it by a write that takes its place: that is given its id, or null. What was not sent yet is dropped. */
  giveWay<T>(write: (draftId: string | null) => Promise<T>): Promise<T> {
    return this.#end(() => write(this.#id));
  }

  /** Says nothing more of it: the server keeps what it has when it has heard nothing for long enough. */
  leave(): void {
    this.#over = true;
    this.#callOffSend();
    this.#callOffTouch();
  }

  #end<T>(ending: () => Promise<T>): Promise<T> {
    return this.#inTurn(async () => {
      this.#callOffSend();
      this.#due = false;
      const ended = await ending();
      this.leave();
      return ended;
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
    try {
      await this.#inDraft((draftId) =>
        this.#handle.write('appendToMessage', { ...input, draftId }, 'draft{id}'),
      );
      return true;
    } catch (error) {
      const length = hasCode(error, 'CONFLICT') ? Number(error.details.current) : NaN;
      if (!(length < offset)) throw error;
      this.#writing = lost(this.#writing, channel, length);
      return false;
    }
  }

  /** A draft of which nothing was ever stored may have been dropped for its silence, without a trace: another serves as well. */
  async #inDraft<T>(write: (draftId: string) => Promise<T>): Promise<T> {
    this.#id ??= await this.#begin();
    try {
      return await write(this.#id);
    } catch (error) {
      if (this.#last !== null || !hasCode(error, 'NOT_FOUND')) throw error;
      this.#id = await startDraft(this.#handle, { ...this.#input, idempotencyKey: undefined });
      return write(this.#id);
    }
  }

  async #begin(): Promise<string> {
    await this.#after;
    return startDraft(this.#handle, this.#input);
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
