import type { AbandonedForm, JsonFrame } from '../../core/draft.ts';
import type { MessageRole } from '../../core/log.ts';
import type { AppendStep } from '../../core/store.ts';
import type { Change } from './change.ts';
import type { Database } from './database.ts';
import { endDraft } from './draft-end.ts';
import { textOf } from './draft-texts.ts';
import type { DraftState } from './drafts.ts';
import { takeStep } from './steps.ts';

/** Makes items of what was written to a draft, and ends it; of one without a word nothing is left. */
export function interruptDraft(db: Database, change: Change, draft: DraftState): void {
  const { key, id, role, agent } = draft;
  const form = JSON.parse(draft.abandoned) as AbandonedForm;
  const text = textOf(db, key, 'TEXT');
  const reasoning = textOf(db, key, 'REASONING');
  const [says, thinks] = [text.trim() !== '', reasoning.trim() !== ''];

  function itemStep(written: string, { head, tail }: JsonFrame, itemRole: MessageRole | null): AppendStep {
    const raw = `${head}${JSON.stringify(written)}${tail}`;
    const { dialect } = form;
    const rest = {
      metadata: '{}',
      derived: false,
      status: 'INTERRUPTED',
      call: null,
      resultOf: null,
    } as const;
    return { kind: 'item', item: { raw, dialect, role: itemRole, agent, ...rest } };
  }

  if (role === 'ASSISTANT' && agent !== null && (says || thinks)) {
    takeStep(db, change, { kind: 'agent', name: agent });
  }
  if (thinks) takeStep(db, change, itemStep(reasoning, form.reasoning, null));
  if (says) takeStep(db, change, itemStep(text, form.message, role), id);
  endDraft(db, change, draft, says);
}
