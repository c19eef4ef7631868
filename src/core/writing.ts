import { ownerGuard, type Viewer } from './access.ts';
import { newItems, textItem } from './agents/new-item.ts';
import { Checks } from './checks.ts';
import { cursorOf, isEntryId, parseCursor } from './cursor.ts';
import { ConflictError, DraftNotFoundError, ForbiddenError, NotFoundError } from './errors.ts';
import type { Limits } from './limits.ts';
import type { ItemDialect, MessageRole } from './log.ts';
import { onceOf, type Digest } from './once.ts';
import { isSessionId, type Session } from './session.ts';
import type { Append, AppendStep, DraftEnd, Popped, SessionStore, Write, Written } from './store.ts';
import type { SessionRef } from './sessions.ts';

export interface WritingOptions {
  readonly store: SessionStore;
  readonly limits: Limits;
  readonly digest: Digest;
}

type Absent<T> = T | null | undefined;

interface Input {
  readonly sessionId: string;
  readonly idempotencyKey?: Absent<string>;
}

export interface AddMessage extends Input {
  readonly role: MessageRole;
  readonly text: string;
  readonly agent?: Absent<string>;
  readonly metadata?: Absent<unknown>;
  readonly ifCursor?: Absent<string>;
}

export interface AddItems extends Input {
  readonly items: readonly unknown[];
  readonly dialect?: Absent<ItemDialect>;
  readonly agent?: Absent<string>;
  readonly metadata?: Absent<unknown>;
  readonly ifCursor?: Absent<string>;
  /** The draft that these items are: it ends with this write, and what was written of it is dropped. */
  readonly finishesDraft?: Absent<string>;
}

export interface StoreExchange extends Input {
  readonly userMessage: string;
  readonly assistantResponse: string;
  readonly agentName?: Absent<string>;
}

export interface TrackAgent extends Input {
  readonly agentName: string;
  /** null: there must be none; absent: whichever. */
  readonly ifCurrentAgent?: Absent<string>;
}

/** What adds to a session's log, or takes from its end. */
export class Writing {
  readonly #store: SessionStore;
  readonly #limits: Limits;
  readonly #digest: Digest;
  readonly #checks: Checks;

  constructor({ store, limits, digest }: WritingOptions) {
    this.#store = store;
    this.#limits = limits;
    this.#digest = digest;
    this.#checks = new Checks(limits);
  }

  /** The agent of an assistant's message becomes the current one; that of any other only signs it. */
  async addMessage(viewer: Viewer, input: AddMessage): Promise<Written> {
    if (viewer.kind === 'USER' && input.role !== 'USER') {
      throw new ForbiddenError('A user writes messages of the role USER only.');
    }
    const text = this.#checks.messageText(input.text, 'text');
    const agent = this.#agent(input.agent, 'agent');
    const metadata = this.#checks.metadata(input.metadata);
    const item = textItem(input.role, text, { agent, metadata });
    const takesOver = input.role === 'ASSISTANT' ? agent : null;
    return this.#append(viewer, 'addMessage', input, [...agentStep(takesOver), { kind: 'item', item }]);
  }

  async addItems(viewer: Viewer, input: AddItems): Promise<Written> {
    requireService(viewer);
    const agent = this.#agent(input.agent, 'agent');
    const context = {
      dialect: input.dialect ?? 'AGENTS_JS',
      agent,
      metadata: this.#checks.metadata(input.metadata),
    };
    const items = newItems(input.items, context, this.#limits);
    const steps = [...agentStep(agent), ...items.map((item): AppendStep => ({ kind: 'item', item }))];
    return this.#append(viewer, 'addItems', input, steps, draftEnd(input.finishesDraft, steps));
  }

  async storeExchange(viewer: Viewer, input: StoreExchange): Promise<Written> {
    requireService(viewer);
    const question = this.#checks.messageText(input.userMessage, 'userMessage');
    const answer = this.#checks.messageText(input.assistantResponse, 'assistantResponse');
    const agent = this.#agent(input.agentName, 'agentName');
    return this.#append(viewer, 'storeExchange', input, [
      { kind: 'item', item: textItem('USER', question, { agent: null, metadata: '{}' }) },
      ...agentStep(agent),
      { kind: 'item', item: textItem('ASSISTANT', answer, { agent, metadata: '{}' }) },
    ]);
  }

  async trackAgent(viewer: Viewer, input: TrackAgent): Promise<Session> {
    requireService(viewer);
    const name = this.#checks.name(input.agentName, 'agentName');
    const written = await this.#store.append({
      ...this.#write(viewer, 'trackAgent', input),
      steps: [{ kind: 'agent', name }],
      ifAgent: input.ifCurrentAgent,
    });
    return written.session;
  }

  async popItem(viewer: Viewer, input: SessionRef): Promise<Popped> {
    requireService(viewer);
    const { id, ...rest } = input;
    return this.#store.pop(this.#write(viewer, 'popItem', { ...rest, sessionId: id }));
  }

  async #append(
    viewer: Viewer,
    operation: string,
    input: Input & { readonly ifCursor?: Absent<string> },
    steps: readonly AppendStep[],
    draft?: DraftEnd,
  ): Promise<Written> {
    const { sessionId, owner, once } = this.#write(viewer, operation, input);
    // Every message passes here, and spreading takes several times as long.
    const write: Append = { sessionId, owner, once, steps, draft };
    if (input.ifCursor === null || input.ifCursor === undefined) return this.#store.append(write);
    const ifEnd = parseCursor(input.sessionId, input.ifCursor, 'ifCursor');
    try {
      return await this.#store.append({ ...write, ifEnd });
    } catch (error) {
      throw withCursor(input.sessionId, error);
    }
  }

  #write(viewer: Viewer, operation: string, input: Input): Write {
    if (!isSessionId(input.sessionId)) throw new NotFoundError();
    return {
      sessionId: input.sessionId,
      owner: ownerGuard(viewer),
      once: onceOf(operation, input, this.#checks, this.#digest),
    };
  }

  #agent(name: Absent<string>, path: string): string | null {
    return name === null || name === undefined ? null : this.#checks.name(name, path);
  }
}

function agentStep(name: string | null): AppendStep[] {
  return name === null ? [] : [{ kind: 'agent', name }];
}

/** A draft becomes the last message among the items; without one it only ends. */
function draftEnd(id: Absent<string>, steps: readonly AppendStep[]): DraftEnd | undefined {
  if (id === null || id === undefined) return undefined;
  // Stores may take '' for none.
  if (id === '') throw new DraftNotFoundError();
  const step = steps.findLastIndex((taken) => taken.kind === 'item' && taken.item.role !== null);
  return { id, step: step === -1 ? undefined : step };
}

function requireService(viewer: Viewer): void {
  if (viewer.kind !== 'SERVICE') throw new ForbiddenError('A user writes messages of the role USER only.');
}

/** A store knows entries; what clients are told is there now is a cursor. */
function withCursor(sessionId: string, error: unknown): unknown {
  const current = error instanceof ConflictError ? error.details.current : undefined;
  if (!(error instanceof ConflictError) || typeof current !== 'string' || !isEntryId(current)) return error;
  return new ConflictError(
    error.message,
    { ...error.details, current: cursorOf(sessionId, current) },
    { cause: error },
  );
}
