import { ownerGuard, type Viewer } from './access.ts';
import { newItem, reasoningItem, textDialect, textItem } from './agents/new-item.ts';
import { Checks } from './checks.ts';
import type { Draft } from './draft.ts';
import { openDraft, type DraftingOptions, type DraftRef } from './drafting.ts';
import {
  BadUserInputError,
  ConflictError,
  DraftMovedError,
  DraftNotFoundError,
  NotFoundError,
  type CodedError,
} from './errors.ts';
import type { Limits } from './limits.ts';
import { MESSAGE_ROLES, type ItemDialect, type ItemEntry, type MessageRole, type NewItem } from './log.ts';
import { onceOf, type Digest } from './once.ts';
import type { Session } from './session.ts';
import type { Append, AppendStep, DraftEnd, Recalled, SessionStore, Written } from './store.ts';

type Absent<T> = T | null | undefined;

export interface FinishMessage extends DraftRef {
  /** What was written, if neither this nor an item is given. */
  readonly text?: Absent<string>;
  readonly item?: Absent<unknown>;
  readonly dialect?: Absent<ItemDialect>;
  readonly metadata?: Absent<unknown>;
  readonly idempotencyKey?: Absent<string>;
}

export interface CancelMessage extends DraftRef {
  /** Whether what was written stays, as an interrupted message; true. */
  readonly keep?: Absent<boolean>;
}

export interface Finished {
  readonly session: Session;
  readonly message: ItemEntry;
}

/** `message` null: there was nothing to keep, or it was not to be kept. */
export interface Cancelled {
  readonly session: Session;
  readonly message: ItemEntry | null;
}

/** How often an ending is tried while the draft is written to at the same time. */
const TRIES = 100;
/** How far back a message is looked for that an earlier call may have made of the draft. */
const LOOK_BACK = 100;

/** What ends a draft: it becomes a message of the log, or nothing. */
export class DraftEndings {
  readonly #store: SessionStore;
  readonly #limits: Limits;
  readonly #digest: Digest;
  readonly #checks: Checks;

  constructor({ store, limits, digest }: Omit<DraftingOptions, 'newId'>) {
    this.#store = store;
    this.#limits = limits;
    this.#digest = digest;
    this.#checks = new Checks(limits);
  }

  /** @throws BadUserInputError when there is nothing to make a message of. */
  async finish(viewer: Viewer, input: FinishMessage): Promise<Finished> {
    const once = onceOf('finishMessage', input, this.#checks, this.#digest);
    const write = { sessionId: input.sessionId, owner: ownerGuard(viewer), once };
    const earlier = async (otherwise: CodedError): Promise<Finished> => {
      const recalled = once === undefined ? null : await this.#store.recall({ ...write, once });
      if (recalled === null) throw otherwise;
      return this.#again(input, recalled);
    };
    return untilStill(async () => {
      const draft = await this.#open(viewer, input);
      if (draft === null) return earlier(new DraftNotFoundError());
      const steps = this.#finishingSteps(draft, input);
      const ended = { ...write, steps, draft: endOf(draft, steps), note: noteOf(draft, steps) };
      try {
        const { session, entries } = await this.#end(ended);
        return { session, message: lastOf(entries) };
      } catch (error) {
        if (!(error instanceof ConflictError) || error instanceof DraftMovedError) throw error;
        // The key was used since the draft was read; by this operation, the steps may have been others.
        return earlier(error);
      }
    });
  }

  /** A draft that is over already stays as it ended. */
  async cancel(viewer: Viewer, input: CancelMessage): Promise<Cancelled> {
    const { sessionId, draftId } = input;
    const write = { sessionId, owner: ownerGuard(viewer) };
    return untilStill(async () => {
      const draft = await this.#open(viewer, input);
      if (draft === null) return this.#ended(sessionId, draftId);
      const steps = input.keep === false ? [] : interruptedSteps(draft);
      const { session, entries } = await this.#end({ ...write, steps, draft: endOf(draft, steps) });
      return { session, message: entries.find(({ finishesDraft }) => finishesDraft === draftId) ?? null };
    });
  }

  async #end(append: Append): Promise<Written> {
    try {
      return await this.#store.append(append);
    } catch (error) {
      // Another call was faster: what it left is read.
      throw error instanceof DraftNotFoundError ? new DraftMovedError({ cause: error }) : error;
    }
  }

  async #open(viewer: Viewer, ref: DraftRef): Promise<Draft | null> {
    try {
      return await openDraft(this.#store, viewer, ref);
    } catch (error) {
      if (error instanceof DraftNotFoundError) return null;
      throw error;
    }
  }

  #finishingSteps(draft: Draft, input: FinishMessage): readonly AppendStep[] {
    const { role, agent, text, reasoning } = draft;
    const isGiven = hasMessage(input);
    if (!isGiven && text.trim() === '') {
      throw new BadUserInputError('Nothing but spaces was written: give a text or an item.', {
        path: ['text'],
      });
    }
    const message = this.#message(role, agent, isGiven ? input : { ...input, text });
    return [
      ...agentSteps(draft),
      ...(reasoning.trim() === ''
        ? []
        : [rememberedStep(reasoningItem(reasoning, agent, textDialect(role)))]),
      isGiven ? { kind: 'item', item: message } : rememberedStep(message),
    ];
  }

  /** The message that a draft of that role becomes by what the caller gives. */
  #message(role: MessageRole, agent: string | null, input: FinishMessage): NewItem {
    const metadata = this.#checks.metadata(input.metadata);
    const { item: given, text } = input;
    if (given === null || given === undefined) {
      return textItem(role, this.#checks.messageText(text ?? '', 'text'), { agent, metadata });
    }
    if (text !== null && text !== undefined) {
      throw new BadUserInputError('Give a text or an item, not both.', { path: ['item'] });
    }
    const dialect = input.dialect ?? 'AGENTS_JS';
    const place = { name: 'item', details: { path: ['item'] } };
    const item = newItem(given, place, { dialect, agent, metadata }, this.#limits);
    if (item.role === role) return item;
    throw new BadUserInputError(`item must be a message of the role ${role}, as the draft is.`, {
      path: ['item'],
    });
  }

  /** The first answer again: of what was written the key remembers the texts, what was given the input brings again. */
  #again(input: FinishMessage, { session, note, entries }: Recalled): Finished {
    const [roleNoted, ...before] = note.split(' ');
    const role = MESSAGE_ROLES.find((known) => known === roleNoted) ?? 'ASSISTANT';
    const message = this.#message(role, null, hasMessage(input) ? input : { ...input, text: REMEMBERED });
    const steps = before.map((kind): AppendStep =>
      kind === 'agent'
        ? { kind, name: REMEMBERED }
        : rememberedStep(reasoningItem(REMEMBERED, null, textDialect(role))),
    );
    return { session, message: lastOf(entries([...steps, { kind: 'item', item: message }])) };
  }

  async #ended(sessionId: string, draftId: string): Promise<Cancelled> {
    const session = await this.#store.get(sessionId);
    if (session === null) throw new NotFoundError();
    const { entries } = await this.#store.page(sessionId, {
      count: LOOK_BACK,
      from: 'end',
      upTo: session.end,
    });
    return { session, message: entries.find(({ finishesDraft }) => finishesDraft === draftId) ?? null };
  }
}

/** Stands where the store has the text. */
const REMEMBERED = 'remembered';

/** What a repeat needs to make steps of the same kinds: the role, and what stood before the message. */
function noteOf({ role }: Draft, steps: readonly AppendStep[]): string {
  return [role, ...steps.slice(0, -1).map(({ kind }) => kind)].join(' ');
}

function hasMessage({ text, item }: FinishMessage): boolean {
  return (text ?? item ?? null) !== null;
}

/** What is kept of a draft that nobody finishes; nothing when nothing was written. */
function interruptedSteps(draft: Draft): readonly AppendStep[] {
  const { role, agent, text, reasoning } = draft;
  const items = [
    ...(reasoning.trim() === '' ? [] : [reasoningItem(reasoning, agent, textDialect(role))]),
    ...(text.trim() === '' ? [] : [textItem(role, text, { agent, metadata: '{}' }, 'INTERRUPTED')]),
  ];
  if (items.length === 0) return [];
  return [...agentSteps(draft), ...items.map((item): AppendStep => ({ kind: 'item', item }))];
}

/** The agent of an assistant's message becomes the current one. */
function agentSteps({ role, agent }: Draft): readonly AppendStep[] {
  return role === 'ASSISTANT' && agent !== null ? [{ kind: 'agent', name: agent }] : [];
}

function rememberedStep(item: NewItem): AppendStep {
  return { kind: 'item', item, remembered: true };
}

/** Ends a draft that still is as it was read; its message, if there is one, is the last step. */
function endOf({ id, text, reasoning }: Draft, steps: readonly AppendStep[]): DraftEnd {
  const last = steps.at(-1);
  const isMessage = last?.kind === 'item' && last.item.role !== null;
  return {
    id,
    step: isMessage ? steps.length - 1 : undefined,
    ifLengths: { text: text.length, reasoning: reasoning.length },
  };
}

function lastOf(entries: readonly ItemEntry[]): ItemEntry {
  const last = entries.at(-1);
  if (last === undefined) throw new TypeError('A draft was finished and left no entry.');
  return last;
}

/** Tries again when the draft was written to, or ended, between its reading and its ending. */
async function untilStill<T>(ending: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await ending();
    } catch (error) {
      if (!(error instanceof DraftMovedError) || tries === TRIES) throw error;
    }
  }
}
