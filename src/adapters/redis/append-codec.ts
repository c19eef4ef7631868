import { handoffRaw, type ItemEntry, type NewItem, type StoredItem } from '../../core/log.ts';
import type { Append, AppendStep, Once } from '../../core/store.ts';
import { decodeItem, decodeName, encodeHeader, encodeName, entryIdOf, finishing, timeOf } from './codec.ts';

/** What an append asks for besides its steps, as one text; see scripts/append.lua. */
export function encodeConditions(write: Append): string {
  return isUnconditional(write) ? '' : conditionsOf(write);
}

function isUnconditional({ ifEnd, ifAgent, remove, note, draft }: Append): boolean {
  return (
    ifEnd === undefined &&
    ifAgent === undefined &&
    (remove === undefined || remove.length === 0) &&
    (note === undefined || note === '') &&
    draft === undefined
  );
}

function conditionsOf({ ifEnd, ifAgent, remove = [], note = '', draft }: Append): string {
  return [
    ifEnd ?? '',
    ifAgent === undefined ? '' : JSON.stringify(ifAgent),
    remove.map((entry) => `${entry} `).join(''),
    note,
    draft?.step === undefined ? '' : String(draft.step + 1),
    draft?.ifLengths === undefined ? '' : `${draft.ifLengths.text} ${draft.ifLengths.reasoning}`,
    draft?.id ?? '',
  ].join('\n');
}

/** The values of a step: two, four or eight; see scripts/append.lua. */
export function encodeStep(step: AppendStep, once: Once | undefined): string[] {
  if (step.kind === 'agent') return ['', encodeName(step.name)];
  const { agent, metadata, call, resultOf, raw } = step.item;
  const header = encodeHeader(step.item);
  const remembered = isRemembered(step, once);
  if (call === null && resultOf === null && !remembered) return [header, encodeName(agent), metadata, raw];
  return [
    `${header}+`,
    ...[encodeName(agent), metadata, raw],
    ...[call?.id ?? '', encodeName(call?.name ?? null), resultOf ?? '', remembered ? '1' : ''],
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
