import { abandonedForm } from '../../src/core/agents/draft-items.ts';
import type { DraftChannel, DraftInfo } from '../../src/core/draft.ts';
import type { ItemEntry } from '../../src/core/log.ts';
import type { AppendStep, SessionStore, StartDraft } from '../../src/core/store.ts';

/** Begins an assistant's draft in session `s`. */
export function startDraft(
  store: SessionStore,
  id: string,
  given: Partial<StartDraft> = {},
): Promise<DraftInfo> {
  return store.startDraft({
    sessionId: 's',
    draft: { id, role: 'ASSISTANT', agent: null },
    abandoned: abandonedForm('ASSISTANT'),
    most: 1000,
    ...given,
  });
}

export function appendTo(
  store: SessionStore,
  draftId: string,
  offset: number,
  text: string,
  channel: DraftChannel = 'TEXT',
): Promise<DraftInfo> {
  return store.appendToDraft({ sessionId: 's', draftId, channel, offset, text, mostBytes: 1024 * 1024 });
}

/** Makes a draft of session `s` an item. */
export async function finish(
  store: SessionStore,
  draftId: string,
  step: AppendStep,
): Promise<readonly ItemEntry[]> {
  return (await store.append({ sessionId: 's', steps: [step], draft: { id: draftId, step: 0 } })).entries;
}
