import { maySee, ownerGuard, type Viewer } from './access.ts';
import { abandonedForm } from './agents/draft-items.ts';
import { Checks } from './checks.ts';
import type { Draft, DraftChannel, DraftInfo } from './draft.ts';
import { BadUserInputError, DraftNotFoundError, ForbiddenError, NotFoundError } from './errors.ts';
import type { Limits } from './limits.ts';
import type { MessageRole } from './log.ts';
import { onceOf, type Digest } from './once.ts';
import { isSessionId } from './session.ts';
import type { SessionStore } from './store.ts';

export interface DraftingOptions {
  readonly store: SessionStore;
  readonly limits: Limits;
  /** Ids of drafts: 16 hex characters, random. */
  readonly newId: () => string;
  readonly digest: Digest;
}

type Absent<T> = T | null | undefined;

export interface DraftRef {
  readonly sessionId: string;
  readonly draftId: string;
}

export interface StartMessage {
  readonly sessionId: string;
  readonly role?: Absent<MessageRole>;
  readonly agent?: Absent<string>;
  readonly idempotencyKey?: Absent<string>;
}

export interface AppendToMessage extends DraftRef {
  readonly text: string;
  /** UTF-16 units. */
  readonly offset: number;
  readonly channel?: Absent<DraftChannel>;
}

/** Messages while they are written. */
export class Drafting {
  readonly #store: SessionStore;
  readonly #limits: Limits;
  readonly #newId: () => string;
  readonly #digest: Digest;
  readonly #checks: Checks;

  constructor({ store, limits, newId, digest }: DraftingOptions) {
    this.#store = store;
    this.#limits = limits;
    this.#newId = newId;
    this.#digest = digest;
    this.#checks = new Checks(limits);
  }

  /** @throws ConflictError when as many drafts are open as the session may have. */
  async start(viewer: Viewer, input: StartMessage): Promise<DraftInfo> {
    const { sessionId, agent } = input;
    const role = input.role ?? 'ASSISTANT';
    checkRole(viewer, role);
    if (!isSessionId(sessionId)) throw new NotFoundError();
    return this.#store.startDraft({
      sessionId,
      owner: ownerGuard(viewer),
      once: onceOf('startMessage', input, this.#checks, this.#digest),
      draft: {
        id: this.#newId(),
        role,
        agent: agent === null || agent === undefined ? null : this.#checks.name(agent, 'agent'),
      },
      abandoned: abandonedForm(role),
      most: this.#limits.draftsPerSession,
    });
  }

  /** What was written so far; null when the draft is over. For who may see the session. */
  async read(sessionId: string, draftId: string): Promise<Draft | null> {
    const drafts = await this.#store.drafts(sessionId);
    return drafts?.open.find(({ id }) => id === draftId) ?? null;
  }

  /**
   * Writes text at its place; what is there already is not written again.
   * @throws ConflictError, with the length as `current`, when other text is there or a gap would be left.
   */
  async append(viewer: Viewer, input: AppendToMessage): Promise<DraftInfo> {
    const { sessionId, draftId, offset } = input;
    const channel = input.channel ?? 'TEXT';
    const text = this.#checks.textPiece(input.text, 'text');
    if (offset < 0) throw new BadUserInputError('offset must not be negative.', { path: ['offset'] });
    if (!isSessionId(sessionId)) throw new NotFoundError();
    if (viewer.kind === 'USER') {
      if (channel === 'REASONING') throw new ForbiddenError('A user writes text only.');
      // What a service writes is none of the user's.
      await openDraft(this.#store, viewer, input);
    }
    return this.#store.appendToDraft({
      sessionId,
      owner: ownerGuard(viewer),
      draftId,
      channel,
      offset,
      text,
      mostBytes: this.#limits.textBytes,
    });
  }
}

function checkRole(viewer: Viewer, role: MessageRole): void {
  if (viewer.kind !== 'USER' || role === 'USER') return;
  throw new ForbiddenError('A user writes messages of the role USER only.');
}

/**
 * A draft that the viewer may write to.
 * @throws NotFoundError, ForbiddenError.
 */
export async function openDraft(
  store: SessionStore,
  viewer: Viewer,
  { sessionId, draftId }: DraftRef,
): Promise<Draft> {
  const session = isSessionId(sessionId) ? await store.get(sessionId) : null;
  if (session === null || !maySee(viewer, session)) throw new NotFoundError();
  const drafts = await store.drafts(sessionId);
  if (drafts === null) throw new NotFoundError();
  const draft = drafts.open.find(({ id }) => id === draftId);
  if (draft === undefined) throw new DraftNotFoundError();
  checkRole(viewer, draft.role);
  return draft;
}
