/// <reference lib="esnext.disposable" preserve="true" />
import { DraftSender } from './draft-sender.ts';
import { AgentSessionsError } from './errors.ts';
import { newKey } from './idempotency-key.ts';
import { checkedItem } from './item-batches.ts';
import type { Message } from './item.ts';
import type { DraftChannel } from './message-draft.ts';
import type { SessionHandle } from './session-handle.ts';
import type { FinishMessage, StartMessage } from './session-inputs.ts';

/**
 * A message that is written while others read along. What is appended is sent by itself, and kept by the server until the
 * message is finished or cancelled. A server that hears nothing for a minute, because this process is gone, keeps what it
 * has as an INTERRUPTED message.
 */
export class DraftMessage implements AsyncDisposable {
  readonly #handle: SessionHandle;
  readonly #sender: DraftSender;
  readonly #finishKey = newKey();
  #state: 'open' | 'ending' | 'over' = 'open';

  /** Use `AgentSession.startMessage`. */
  constructor(handle: SessionHandle, sender: DraftSender) {
    this.#handle = handle;
    this.#sender = sender;
  }

  static async start(handle: SessionHandle, input: StartMessage): Promise<DraftMessage> {
    return new DraftMessage(handle, await DraftSender.start(handle, { ...input }));
  }

  /** What readers know it by. It becomes another one when nothing was written for so long that the server dropped it. */
  get id(): string {
    return this.#sender.id;
  }

  /**
   * Goes on with the text. Any pieces will do: half of a surrogate pair waits for the other half. What sending fails with,
   * `finish` says.
   * @throws AgentSessionsError BAD_USER_INPUT once it is finished or cancelled.
   */
  append(text: string): void {
    this.#add('TEXT', text);
  }

  /** Goes on with what the model thinks; it becomes an item of its own before the message. */
  appendReasoning(text: string): void {
    this.#add('REASONING', text);
  }

  /**
   * Makes a message of what was appended, or of `text` or `item`, after the writes that were begun before. When it
   * rejects, the draft is still open, and the same call may be repeated.
   * @throws AgentSessionsError BAD_USER_INPUT when there is nothing but spaces; NOT_FOUND when the server has given the
   * draft up, after a minute in which it could not be reached; what appending failed with, unless the text was given.
   */
  finish({ item, ...input }: FinishMessage = {}): Promise<Message> {
    return this.#end(() => {
      // Text that is given takes the place of what was appended.
      const given = item !== undefined || input.text !== undefined;
      const checked = { idempotencyKey: this.#finishKey, ...input, item: item && checkedItem(item) };
      return this.#sender.finish(checked, given);
    });
  }

  /**
   * Ends it without an answer: keeps what was written as an INTERRUPTED message, or drops it.
   * @returns null when nothing was kept, or the draft was gone already.
   */
  cancel({ keep = true }: { readonly keep?: boolean } = {}): Promise<Message | null> {
    return this.#end(() => this.#sender.cancel(keep));
  }

  /** `await using`: a message that is still open at the end of the block, because it was left by an error, is cancelled. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#handle.settled();
    if (this.#state === 'open') await this.cancel();
  }

  #add(channel: DraftChannel, text: string): void {
    this.#mustBeOpen();
    this.#sender.add(channel, text);
  }

  async #end<T>(task: () => Promise<T>): Promise<T> {
    this.#mustBeOpen();
    this.#state = 'ending';
    try {
      const result = await this.#handle.inOrder(task);
      this.#state = 'over';
      return result;
    } catch (error) {
      this.#state = 'open';
      throw error;
    }
  }

  #mustBeOpen(): void {
    if (this.#state === 'open') return;
    throw new AgentSessionsError('BAD_USER_INPUT', 'The message is finished, cancelled, or about to be.');
  }
}
