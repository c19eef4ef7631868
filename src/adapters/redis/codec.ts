import { isEntryId, type EntryId } from '../../core/cursor.ts';
import { isJsonObject, type JsonObject } from '../../core/json.ts';
import type { ItemDialect, ItemEntry, LogEntry, MessageRole, NewItem, StoredItem } from '../../core/log.ts';
import type { Session } from '../../core/session.ts';
import { listOf, textOf } from './reply.ts';

/** A session, and the revision of its metadata, which a change of it must name. */
export interface Snapshot {
  readonly session: Session;
  readonly revision: string;
}

/** Reads what `snapshot` in scripts/session.lua gives. */
export function decodeSession(id: string, reply: unknown): Snapshot {
  const [title, metadata = '', agent, agents = '', messages, items, expires, born, last, ...others] =
    textOf(reply).split('\t');
  const [revision, touched, max, floor, ...owner] = others;
  const createdEntry = entryIdOf(born);
  const end = entryIdOf(last);
  return {
    session: {
      id,
      // Others may have any character in their names, too.
      userId: owner.join('\t'),
      title: decodeName(title),
      metadata: decodeMetadata(metadata),
      currentAgent: decodeName(agent),
      agentsUsed: agents.split('\n').flatMap((name) => decodeName(name) ?? []),
      messageCount: Number(messages),
      itemCount: Number(items),
      createdAt: timeOf(createdEntry),
      updatedAt: timeOf(end),
      expiresAt: expires === '' ? null : Math.max(timeOf(end), Number(touched)) + Number(expires) * 1000,
      expiresAfter: expires === '' ? null : Number(expires),
      maxItems: decodeLimit(max),
      isTrimmed: floor !== '',
      born: createdEntry,
      end,
    },
    revision: textOf(revision),
  };
}

/** How many items are kept; the empty text is all. */
function decodeLimit(text: string | null | undefined): number | null {
  return text === '' || text === null || text === undefined ? null : Number(text);
}

/** An agent, title or tool is kept as JSON text, so that it holds no line break or tab; none is the empty text. */
export function encodeName(name: string | null): string {
  return name === null ? '' : JSON.stringify(name);
}

export function decodeName(text: string | null | undefined): string | null {
  if (text === '' || text === null || text === undefined) return null;
  const name: unknown = JSON.parse(text);
  return name === null ? null : textOf(name);
}

function decodeMetadata(text: string): JsonObject {
  const metadata: unknown = text === '{}' ? {} : JSON.parse(text);
  if (!isJsonObject(metadata)) throw new TypeError('The metadata of a session is no object.');
  return metadata;
}

/**
 * An item's header is four letters: dialect, role, status, derived. The scripts read the role, and only that, from it;
 * so they need not look into what users wrote.
 */
const ROLE_LETTERS = { USER: 'U', ASSISTANT: 'A', SYSTEM: 'S', DEVELOPER: 'D' } as const;
const ROLES: ReadonlyMap<string, MessageRole> = new Map([
  ['U', 'USER'],
  ['A', 'ASSISTANT'],
  ['S', 'SYSTEM'],
  ['D', 'DEVELOPER'],
]);

export function encodeRole(role: MessageRole | null): string {
  return role === null ? '-' : ROLE_LETTERS[role];
}

export function decodeRole(letter: string | undefined): MessageRole | null {
  return ROLES.get(letter ?? '') ?? null;
}

export function encodeDialect(dialect: ItemDialect): string {
  return dialect === 'RESPONSES' ? 'R' : 'A';
}

export function encodeHeader(item: Pick<NewItem, 'dialect' | 'role' | 'status' | 'derived'>): string {
  const status = item.status === 'INTERRUPTED' ? 'I' : 'C';
  return `${encodeDialect(item.dialect)}${encodeRole(item.role)}${status}${item.derived ? '1' : '0'}`;
}

function decodeHeader(header: string): Pick<StoredItem, 'dialect' | 'role' | 'status' | 'derived'> {
  return {
    dialect: header[0] === 'R' ? 'RESPONSES' : 'AGENTS_JS',
    role: decodeRole(header[1]),
    status: header[2] === 'I' ? 'INTERRUPTED' : 'COMPLETED',
    derived: header[3] === '1',
  };
}

/** Which of the fields of an item stand in its line, in order; see `line_of` in scripts/writing.lua. */
const ITEM_FIELDS = ['a', 'h', 'd', 't', 'r', 'w', 'e'] as const;

interface EntryFields {
  readonly [name: string]: string | undefined;
}

/** The identity and the fields of an entry as XRANGE gives it. */
export function streamEntry(reply: unknown): { readonly id: EntryId; readonly fields: EntryFields } {
  const [place, list] = listOf(reply);
  const fields: Record<string, string> = {};
  const values = listOf(list);
  for (let i = 0; i + 1 < values.length; i += 2) fields[textOf(values[i])] = textOf(values[i + 1]);
  return { id: entryIdOf(`${textOf(place)}.${fields['m'] ?? ''}`), fields };
}

/** An entry as XRANGE gives it. */
export function decodeStreamEntry(reply: unknown): LogEntry {
  const { id, fields } = streamEntry(reply);
  const prev = fields['p'] ?? '';
  return decodeEntry(id, prev === '' ? null : entryIdOf(prev), fields['k'] ?? '', fields);
}

/** An entry as one line, as doorbells and the records of idempotent writes have it. */
export function decodeLine(line: string, prev: EntryId): LogEntry {
  const [id, kind = '', ...values] = line.split('\t');
  const fields: Record<string, string> = {};
  if (kind === 'r') fields['x'] = values[0] ?? '';
  else ITEM_FIELDS.forEach((name, i) => (fields[name] = values[i] ?? ''));
  return decodeEntry(entryIdOf(id), prev, kind, fields);
}

function decodeEntry(id: EntryId, prev: EntryId | null, kind: string, fields: EntryFields): LogEntry {
  const base = { id, prev, at: writtenAt(id, fields) };
  switch (kind) {
    case 'i':
    case 'h':
      return finishing({ ...base, kind: 'item', item: decodeItem(kind, fields) }, fields['e']);
    case 'r':
      return { ...base, kind: 'removed', removed: entryIdOf(fields['x']) };
    case 'u':
      return { ...base, kind: 'updated' };
    case 'c':
      return { ...base, kind: 'cleared' };
    case 'n':
      return { ...base, kind: 'created' };
    default:
      throw new TypeError(`There is no kind of entry ${JSON.stringify(kind)}.`);
  }
}

export function finishing(entry: ItemEntry, draft: string | undefined): ItemEntry {
  return draft === undefined || draft === '' ? entry : { ...entry, finishesDraft: draft };
}

/** Only the scripts write kind `h`: an item that a user made look like a hand-off has kind `i`. */
export function decodeItem(kind: string, { a, h = '', d = '{}', t, r = '' }: EntryFields): StoredItem {
  const handoff = kind === 'h';
  return { raw: r, ...decodeHeader(h), agent: decodeName(a), metadata: d, toolName: decodeName(t), handoff };
}

/** A copy has the time of what it is a copy of; any other entry was written when its place was made. */
export function writtenAt(id: EntryId, { w = '' }: EntryFields): number {
  return w === '' ? timeOf(id) : Number(w);
}

/** The milliseconds in an entry's place. */
export function timeOf(id: EntryId): number {
  return Number.parseInt(id, 10);
}

export function entryIdOf(text: string | null | undefined): EntryId {
  if (typeof text === 'string' && isEntryId(text)) return text;
  throw new TypeError('The id of an entry was expected in a reply of Redis.');
}
