import type {
  Handoff,
  Item,
  Message,
  MessageDraft,
  OtherItem,
  Reasoning,
  ToolCall,
  ToolResult,
  TranscriptItem,
} from 'agent-sessions/client';
import type { Outgoing } from './outbox.ts';

/** What every row has. */
interface RowFields {
  /** Stays the same while a draft, or a message on its way, becomes an item: its row changes and does not move. */
  readonly key: string;
  /** Who speaks from here on; null: the same as in the row before, or nobody. */
  readonly author: Author | null;
}

export interface Author {
  readonly role: Message['role'];
  readonly agent: string | null;
}

/** One row of a conversation. */
export type Row =
  | (RowFields & { readonly kind: 'day'; readonly at: string })
  | (RowFields & { readonly kind: 'message'; readonly item: Message })
  | (RowFields & { readonly kind: 'reasoning'; readonly item: Reasoning })
  | (RowFields & {
      readonly kind: 'tool';
      readonly call: ToolCall | null;
      readonly result: ToolResult | null;
    })
  | (RowFields & {
      readonly kind: 'handoff';
      readonly from: string | null;
      readonly to: string;
      readonly item: Handoff | null;
    })
  | (RowFields & { readonly kind: 'other'; readonly item: OtherItem })
  | (RowFields & { readonly kind: 'draft'; readonly draft: MessageDraft })
  | (RowFields & { readonly kind: 'draft reasoning'; readonly draft: MessageDraft })
  | (RowFields & { readonly kind: 'outgoing'; readonly outgoing: Outgoing });

type ItemRow = Extract<Row, { item: Item | null } | { call: ToolCall | null }>;

/** Rows of items, so that one that stayed as it was is the same object and is not rendered again. */
const known = new WeakMap<Item, Row>();

/**
 * The rows of items: a call and its result are one, days are told apart, and what belonged to a draft keeps the key that
 * it had there.
 * @param claimed Keys of this window's own messages, by the ids of the items that they became.
 */
export function itemRows(
  items: readonly TranscriptItem[],
  claimed: ReadonlyMap<string, string>,
): readonly Row[] {
  const results = pairs(items);
  const keys = keysOf(items, claimed);
  const rows: Row[] = [];
  let day = '';
  let author: Author | null = null;
  items.forEach((item, index) => {
    if (results.absorbed.has(item.id)) return;
    const today = dayOf(item.createdAt);
    if (today !== day) {
      rows.push({ kind: 'day', key: `day ${item.id}`, at: item.createdAt, author: null });
      author = null;
      day = today;
    }
    const next = authorOf(item);
    const opens = next !== null && !isSame(next, author) ? next : null;
    author = next;
    rows.push(remembered(item, rowOf(item, keys[index] ?? item.id, opens, results.of.get(item.id) ?? null)));
  });
  return rows;
}

/** The rows of what is being written, here and elsewhere, after those of the items. */
export function openRows(
  items: readonly TranscriptItem[],
  drafts: readonly MessageDraft[],
  outgoing: readonly Outgoing[],
  currentAgent: string | null,
): readonly Row[] {
  const last = items.at(-1);
  let author = last === undefined ? null : authorOf(last);
  let agent = currentAgent;
  const rows: Row[] = [];
  const opening = (next: Author): Author | null => {
    const opens = isSame(next, author) ? null : next;
    author = next;
    return opens;
  };
  for (const one of outgoing) {
    if (one.state === 'stored') continue;
    rows.push({
      kind: 'outgoing',
      key: one.key,
      outgoing: one,
      author: opening({ role: 'USER', agent: null }),
    });
  }
  for (const draft of drafts) {
    // The hand-off is written when the draft is finished, in front of it: it is shown where it will be.
    if (draft.role === 'ASSISTANT' && draft.agent !== null && draft.agent !== agent) {
      const { id, agent: to } = draft;
      rows.push({ kind: 'handoff', key: `${id} handoff`, from: agent, to, item: null, author: null });
      author = null;
      agent = to;
    }
    const by = { role: draft.role, agent: draft.agent };
    if (draft.reasoning.trim() !== '') {
      rows.push({ kind: 'draft reasoning', key: `${draft.id} reasoning`, draft, author: opening(by) });
    }
    if (draft.text !== '' || draft.reasoning.trim() === '') {
      rows.push({ kind: 'draft', key: draft.id, draft, author: opening(by) });
    }
  }
  return rows;
}

/** Which items this window's own messages became: by their ids once they are known, and by their texts until then. */
export function claims(
  items: readonly TranscriptItem[],
  outgoing: readonly Outgoing[],
): ReadonlyMap<string, string> {
  const claimed = new Map<string, string>();
  for (const { key, itemId } of outgoing) if (itemId !== null) claimed.set(itemId, key);
  for (const { key, text, state, lastSeen } of outgoing) {
    if (state !== 'sending' && state !== 'waiting') continue;
    // From the newest back to what was there when it was sent; of several the oldest.
    let found: string | null = null;
    for (let index = items.length - 1; index >= 0; index--) {
      const item = items[index];
      if (item === undefined || item.id === lastSeen) break;
      const isIt = item.__typename === 'Message' && item.role === 'USER' && item.text === text;
      if (isIt && !claimed.has(item.id)) found = item.id;
    }
    if (found !== null) claimed.set(found, key);
  }
  return claimed;
}

/** Each result goes to the newest call before it that has its id and no result yet. */
function pairs(items: readonly TranscriptItem[]) {
  const open = new Map<string, string>();
  const of = new Map<string, ToolResult>();
  const absorbed = new Set<string>();
  for (const item of items) {
    if (item.__typename === 'ToolCall') open.set(item.callId, item.id);
    if (item.__typename !== 'ToolResult') continue;
    const call = open.get(item.callId);
    if (call === undefined) continue;
    open.delete(item.callId);
    of.set(call, item);
    absorbed.add(item.id);
  }
  return { of, absorbed };
}

function keysOf(items: readonly TranscriptItem[], claimed: ReadonlyMap<string, string>): readonly string[] {
  const keys = items.map((item) => item.finishesDraft ?? claimed.get(item.id) ?? item.id);
  items.forEach(({ finishesDraft }, index) => {
    if (finishesDraft === undefined) return;
    // What finishing a draft writes before its message: a hand-off, and what was thought.
    let before = index - 1;
    if (items[before]?.__typename === 'Reasoning') keys[before--] = `${finishesDraft} reasoning`;
    if (items[before]?.__typename === 'Handoff') keys[before] = `${finishesDraft} handoff`;
  });
  return keys;
}

function rowOf(item: TranscriptItem, key: string, author: Author | null, result: ToolResult | null): ItemRow {
  switch (item.__typename) {
    case 'Message':
      return { kind: 'message', key, author, item };
    case 'Reasoning':
      return { kind: 'reasoning', key, author, item };
    case 'ToolCall':
      return { kind: 'tool', key, author, call: item, result };
    case 'ToolResult':
      return { kind: 'tool', key, author, call: null, result: item };
    case 'Handoff':
      return { kind: 'handoff', key, author, from: item.from, to: item.to, item };
    case 'OtherItem':
      return { kind: 'other', key, author, item };
  }
}

function remembered(item: Item, row: ItemRow): Row {
  const before = known.get(item);
  if (before?.key === row.key && isSame(before.author, row.author) && hasSameResult(before, row))
    return before;
  known.set(item, row);
  return row;
}

function hasSameResult(one: Row, other: Row): boolean {
  return one.kind !== 'tool' || other.kind !== 'tool' || one.result === other.result;
}

function authorOf(item: Item): Author | null {
  switch (item.__typename) {
    case 'Handoff':
      return null;
    case 'Message':
      return { role: item.role, agent: item.role === 'ASSISTANT' ? item.agent : null };
    default:
      return { role: 'ASSISTANT', agent: item.agent };
  }
}

function isSame(one: Author | null, other: Author | null): boolean {
  return one?.role === other?.role && one?.agent === other?.agent;
}

function dayOf(at: string): string {
  return new Date(at).toDateString();
}
