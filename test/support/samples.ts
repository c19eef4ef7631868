import type { AbandonedForm, DraftInfo } from '../../src/core/draft.ts';
import type { AppendStep, AppendToDraft, NewSession, Once, StartDraft } from '../../src/core/store.ts';
import type { ItemEntry, LogEntry, MessageRole, NewItem } from '../../src/core/log.ts';

/** A session `s` of `ada`, with nothing set. */
export function newSession(given: Partial<NewSession> = {}): NewSession {
  return {
    id: 's',
    userId: 'ada',
    title: null,
    metadata: {},
    expiresAfter: null,
    maxItems: null,
    ifExists: 'FAIL',
    ...given,
  };
}

/** An item that is no message. */
export function plainItem(raw: string, given: Partial<NewItem> = {}): NewItem {
  return {
    raw,
    dialect: 'AGENTS_JS',
    role: null,
    agent: null,
    metadata: '{}',
    derived: false,
    status: 'COMPLETED',
    call: null,
    resultOf: null,
    ...given,
  };
}

export function messageItem(role: MessageRole, text: string, given: Partial<NewItem> = {}): NewItem {
  const raw = JSON.stringify({ type: 'message', role: role.toLowerCase(), content: text });
  return plainItem(raw, { role, ...given });
}

export function callItem(id: string, name: string): NewItem {
  const raw = JSON.stringify({ type: 'function_call', callId: id, name, arguments: '{}' });
  return plainItem(raw, { call: { id, name } });
}

/** A tool's result that names its call and not its tool, as the Responses API gives it. */
export function resultItem(callId: string): NewItem {
  const raw = JSON.stringify({ type: 'function_call_output', call_id: callId, output: 'done' });
  return plainItem(raw, { dialect: 'RESPONSES', resultOf: callId });
}

export function itemStep(item: NewItem): AppendStep {
  return { kind: 'item', item };
}

export function agentStep(name: string): AppendStep {
  return { kind: 'agent', name };
}

export function says(text: string): AppendStep {
  return itemStep(messageItem('USER', text));
}

export function answers(text: string): AppendStep {
  return itemStep(messageItem('ASSISTANT', text));
}

export function once(key: string, digest = 'digest'): Once {
  return { key, digest };
}

/** Items whose content is what was written, as `textsOf` reads it, with something behind it. */
export const ABANDONED: AbandonedForm = {
  dialect: 'AGENTS_JS',
  message: { head: '{"type":"message","content":', tail: ',"providerData":{"a/b":"\\u0000"}}' },
  reasoning: { head: '{"type":"reasoning","content":', tail: ',"summary":[]}' },
};

/** Begins draft `d` of an assistant in session `s`. */
export function newDraft(
  draft: Partial<Omit<DraftInfo, 'startedAt'>> = {},
  given: Partial<Omit<StartDraft, 'draft'>> = {},
): StartDraft {
  return {
    sessionId: 's',
    draft: { id: 'd', role: 'ASSISTANT', agent: null, ...draft },
    abandoned: ABANDONED,
    most: 100,
    ...given,
  };
}

/** Text for draft `d` of session `s`, at its beginning. */
export function draftText(text: string, given: Partial<AppendToDraft> = {}): AppendToDraft {
  return { sessionId: 's', draftId: 'd', channel: 'TEXT', offset: 0, text, mostBytes: 1024 * 1024, ...given };
}

/** Numbers from 0, to make many of something. */
export function upTo(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index);
}

export function rawsOf(entries: readonly ItemEntry[]): readonly string[] {
  return entries.map((entry) => entry.item.raw);
}

/** What the messages among the entries say; a hand-off is `from > to`. */
export function textsOf(entries: readonly LogEntry[]): readonly string[] {
  return entries.flatMap((entry) => {
    if (entry.kind !== 'item') return [];
    const raw: unknown = JSON.parse(entry.item.raw);
    return [wording(raw) ?? entry.item.raw];
  });
}

function wording(raw: unknown): string | null {
  if (typeof raw !== 'object' || raw === null) return null;
  if ('content' in raw && typeof raw.content === 'string') return raw.content;
  if ('from' in raw && 'to' in raw) return `${String(raw.from)} > ${String(raw.to)}`;
  return null;
}

export function kindsOf(entries: readonly LogEntry[]): readonly LogEntry['kind'][] {
  return entries.map((entry) => entry.kind);
}

export function idsOf<T extends { readonly id: unknown }>(things: readonly T[]): readonly T['id'][] {
  return things.map((thing) => thing.id);
}
