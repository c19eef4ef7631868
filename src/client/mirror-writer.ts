import { DraftSender } from './draft-sender.ts';
import { AgentSessionsError, hasCode } from './errors.ts';
import { newKey } from './idempotency-key.ts';
import { itemBatches } from './item-batches.ts';
import type { MirrorStep } from './mirroring.ts';
import { newest } from './run-result.ts';
import type { SessionHandle } from './session-handle.ts';

const NOTHING = '__typename';

interface Task {
  readonly run: () => Promise<unknown>;
  /** Whatever waits for it may go on: it was done, or could not be. */
  readonly tried: () => void;
}

/**
 * Does what a mirror decides, in order, and beside the run: nobody waits for it before the end. What cannot be written is
 * kept, and tried again with what comes next and in the end; each write happens once, however often it is tried.
 */
export class MirrorWriter {
  readonly #handle: SessionHandle;
  /** By their numbers, while they are written. */
  readonly #drafts = new Map<number, DraftSender>();
  /** Begun, and not over. */
  readonly #open = new Set<DraftSender>();
  readonly #tasks: Task[] = [];
  #latest: Promise<void> = Promise.resolve();
  #work: Promise<void> = Promise.resolve();
  #working = false;
  #failure: { readonly error: unknown; readonly isFinal: boolean } | null = null;

  constructor(handle: SessionHandle) {
    this.#handle = handle;
  }

  /** Adds what the session does not have yet of a history, which goes on with that agent. */
  store(history: readonly object[], agent: string | null): void {
    const input = { scope: 'WHOLE', currentAgent: agent ?? undefined, idempotencyKey: newKey() };
    this.#push(() => this.#handle.write('storeAgentResult', { ...input, items: newest(history) }, NOTHING));
  }

  perform(step: MirrorStep): void {
    // What follows what was refused would not be the conversation.
    if (this.#failure?.isFinal === true) return;
    switch (step.do) {
      case 'append':
        return this.#draft(step.draft, step.agent).add(step.channel, step.text);
      case 'write':
        return this.#write(step.items, step.agent, step.draft);
      case 'cancel':
        return this.#cancel(step.draft, step.keep);
      case 'track': {
        const input = { agentName: step.agent, idempotencyKey: newKey() };
        return this.#push(() => this.#handle.write('trackAgent', input, NOTHING));
      }
    }
  }

  /**
   * Resolves when all is written.
   * @throws what could not be written in the end failed with.
   */
  async finish(): Promise<void> {
    if (this.#tasks.length > 0) this.#begin();
    await this.#work;
    if (this.#failure === null) return;
    const { error, isFinal } = this.#failure;
    for (const draft of this.#open) {
      if (isFinal) await keepOf(draft);
      else draft.leave();
    }
    throw error;
  }

  #draft(number: number, agent: string | null): DraftSender {
    const known = this.#drafts.get(number);
    if (known !== undefined) return known;
    const draft = DraftSender.later(this.#handle, agent === null ? {} : { agent }, this.#latest);
    this.#drafts.set(number, draft);
    this.#open.add(draft);
    return draft;
  }

  #takeDraft(number: number | null): DraftSender | undefined {
    if (number === null) return undefined;
    const draft = this.#drafts.get(number);
    this.#drafts.delete(number);
    return draft;
  }

  #cancel(number: number, keep: boolean): void {
    const draft = this.#takeDraft(number);
    if (draft === undefined) return;
    this.#push(async () => {
      await draft.cancel(keep);
      this.#open.delete(draft);
    });
  }

  #write(items: readonly object[], agent: string | null, draftNumber: number | null): void {
    const draft = this.#takeDraft(draftNumber);
    const key = newKey();
    this.#push(async () => {
      const batches = itemBatches(items);
      for (const [index, batch] of batches.entries()) {
        const add = (finishesDraft: string | null): Promise<void> =>
          this.#addItems(batch.items, agent, finishesDraft, `${key}-${index}`);
        const isLast = index === batches.length - 1;
        await (draft !== undefined && isLast ? draft.giveWay(add) : add(null));
      }
      if (draft !== undefined) this.#open.delete(draft);
    });
  }

  async #addItems(
    items: readonly object[],
    agent: string | null,
    finishesDraft: string | null,
    key: string,
  ): Promise<void> {
    const by = agent ?? undefined;
    try {
      const input = { items, agent: by, finishesDraft: finishesDraft ?? undefined, idempotencyKey: key };
      await this.#handle.write('addItems', input, NOTHING);
    } catch (error) {
      if (finishesDraft !== null && hasCode(error, 'NOT_FOUND')) {
        // The draft is over already, or the session is gone.
        return this.#addItems(items, agent, null, `${key}-alone`);
      }
      if (!hasCode(error, 'BAD_USER_INPUT')) throw error;
      // A model may answer with nothing but spaces: only the results of runs may hold such a message.
      const input = { items, scope: 'NEW', currentAgent: by, idempotencyKey: `${key}-result` };
      await this.#handle.write('storeAgentResult', input, NOTHING);
      if (finishesDraft !== null) {
        await this.#handle.write('cancelMessage', { draftId: finishesDraft, keep: false }, NOTHING);
      }
    }
  }

  #push(run: () => Promise<unknown>): void {
    let tried = (): void => undefined;
    this.#latest = new Promise((resolve) => (tried = resolve));
    this.#tasks.push({ run, tried });
    this.#begin();
  }

  #begin(): void {
    if (this.#working) return;
    this.#working = true;
    this.#work = this.#handle.inOrder(() => this.#perform());
  }

  /** All that there is, until something fails. */
  async #perform(): Promise<void> {
    try {
      for (let [task] = this.#tasks; task !== undefined; [task] = this.#tasks) {
        await task.run();
        this.#failure = null;
        this.#tasks.shift();
        task.tried();
      }
    } catch (error) {
      const isFinal = !(error instanceof AgentSessionsError) || !error.retryable;
      this.#failure = { error, isFinal };
      for (const { tried } of this.#tasks) tried();
      if (isFinal) this.#tasks.length = 0;
    } finally {
      this.#working = false;
    }
  }
}

async function keepOf(draft: DraftSender): Promise<void> {
  try {
    await draft.cancel(true);
  } catch {
    // What came before it is told. The server ends it when it hears nothing more.
    draft.leave();
  }
}
