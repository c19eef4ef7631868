import type { AbandonedForm, JsonFrame } from '../draft.ts';
import type { MessageRole, NewItem } from '../log.ts';
import { reasoningItem, textDialect, textItem } from './new-item.ts';

/** Stands for what will have been written; no JSON text around it holds it. */
const WRITTEN = 'written';

/** What becomes of a draft that nobody finishes: its text as an interrupted message, its reasoning before it. */
export function abandonedForm(role: MessageRole): AbandonedForm {
  const dialect = textDialect(role);
  return {
    dialect,
    message: frameOf(textItem(role, WRITTEN, { agent: null, metadata: '{}' }, 'INTERRUPTED')),
    reasoning: frameOf(reasoningItem(WRITTEN, null, dialect)),
  };
}

function frameOf({ raw }: NewItem): JsonFrame {
  const [head = '', tail = ''] = raw.split(JSON.stringify(WRITTEN));
  return { head, tail };
}
