import type { Api, Refusal } from './api-under-test.ts';

export type Channel = 'TEXT' | 'REASONING';

/** A draft as its users name it. */
export interface DraftId {
  readonly sessionId: string;
  readonly draftId: string;
}

/** What tests of drafts do all the time. */
export class DraftCalls {
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  /** Begins a draft of an assistant. */
  async begin(sessionId: string, given: object = {}): Promise<DraftId> {
    const { draft } = await this.#api.write('startMessage', { sessionId, ...given }, 'draft { id }');
    return { sessionId, draftId: draft.id };
  }

  /** Begins a draft that has a text already. */
  async begun(sessionId: string, text: string, given: object = {}): Promise<DraftId> {
    const draft = await this.begin(sessionId, given);
    await this.append(draft, text);
    return draft;
  }

  async append(draft: DraftId, text: string, offset = 0, channel: Channel = 'TEXT'): Promise<void> {
    await this.#api.write('appendToMessage', { ...draft, text, offset, channel });
  }

  /** The only error of an append, which must fail. */
  refusedAppend(draft: DraftId, text: string, offset = 0, channel: Channel = 'TEXT'): Promise<Refusal> {
    return this.#api.refused('appendToMessage', { ...draft, text, offset, channel });
  }

  /** The drafts that are open, the oldest first. */
  async open(sessionId: string, fields = 'id text reasoning'): Promise<any[]> {
    return (await this.#api.session(sessionId, `drafts { ${fields} }`)).drafts;
  }

  /** What was written of one, which must be open. */
  async written({ sessionId, draftId }: DraftId): Promise<{ text: string; reasoning: string }> {
    const draft = (await this.open(sessionId)).find(({ id }) => id === draftId);
    if (draft === undefined) throw new Error(`The draft ${draftId} is over.`);
    return { text: draft.text, reasoning: draft.reasoning };
  }
}
