import { handoffRaw, type ItemEntry, type NewItem, type StoredItem } from '../../core/log.ts';
import type { AppendStep, DraftEnd, Once } from '../../core/store.ts';
import { decodeItem, decodeName, encodeHeader, encodeName, entryIdOf, finishing, timeOf } from './codec.ts';

/** The three values of a draft to end; see scripts/append.lua. */
export function encodeEnd(draft: DraftEnd | undefined): string[] {
  if (draft === undefined) return ['', '', ''];
  const { id, step, ifLengths } = draft;
  return [
    id,
    step === undefined ? '' : String(step + 1),
    ifLengths === undefined ? '' : `${ifLengths.text} ${ifLengths.reasoning}`,
  ];
}

/** The eight values of a step; see scripts/append.lua. */
export function encodeStep(step: AppendStep, once: Once | undefined): string[] {
  if (step.kind === 'agent') return [encodeName(step.name), '', '', '', '', '', '', ''];
  const { agent, metadata, call, resultOf, raw } = step.item;
  return [
    encodeName(agent),
    encodeHeader(step.item),
    metadata,
    call?.id ?? '',
    encodeName(call?.name ?? null),
    resultOf ?? '',
    raw,
    isRemembered(step, once) ? '1' : '',
  ];
}

/** Whether the record of an idempotent write holds the whole item. */
function isRemembered(step: AppendStep, once: Once | undefined): boolean {
  return once !== undefined && step.kind === 'item' && step.remembered === true;
}

/** The items that the script's answer does not repeat. */
export function broughtItems(steps: readonly AppendStep[], once: Once | undefined): readonly NewItem[] {
  return steps.flatMap((step) => (step.kind === 'item' && !isRemembered(step, once) ? step.item : []));
}

/**
 * The entries of an append, made of the script's answer (see scripts/append.lua) and of the items that were handed in:
 * neither the reply nor the record of an idempotent write repeats them.
 */
export function decodeAppended(answer: string, items: readonly NewItem[]): readonly ItemEntry[] {
  const [head = '', ...lines] = answer.split('\n');
  const written = items.values();
  let prev = entryIdOf(head.split('\t')[0]);
  return lines.map((line) => {
    const [text, kind, agentText, detail, draft, ...remembered] = line.split('\t');
    const id = entryIdOf(text);
    const agent = decodeName(agentText);
    let item: StoredItem;
    if (kind === 'h') item = handoffItem(decodeName(detail), agent);
    else if (remembered.length > 0) item = rememberedItem(agentText, detail, remembered);
    else item = storedItem(written.next().value, agent, detail);
    const entry: ItemEntry = { id, prev, at: timeOf(id), kind: 'item', item };
    prev = id;
    return finishing(entry, draft);
  });
}

/** The note that was handed in with an append; '' for none. */
export function decodeNote(answer: string): string {
  const [head = ''] = answer.split('\n');
  return head.split('\t')[1] ?? '';
}

function handoffItem(from: string | null, to: string | null): StoredItem {
  if (to === null) throw new TypeError('A hand-off leads to no agent.');
  return decodeItem('h', {
    a: JSON.stringify(to),
    h: HANDOFF_HEADER,
    r: handoffRaw(from, to),
  });
}
const HANDOFF_HEADER = 'A-C0';

function rememberedItem(
  a: string | undefined,
  t: string | undefined,
  [h, d, r]: readonly string[],
): StoredItem {
  return decodeItem('i', { a, t, h, d, r });
}

function storedItem(item: NewItem | undefined, agent: string | null, tool: string | undefined): StoredItem {
  if (item === undefined) throw new TypeError('The store answered with more items than were written.');
  const { raw, dialect, role, metadata, derived, status } = item;
  return { raw, dialect, role, agent, metadata, derived, status, toolName: decodeName(tool), handoff: false };
}
