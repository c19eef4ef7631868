import type { EntryId } from '../../core/cursor.ts';
import type {
  ItemDialect,
  ItemEntry,
  LogEntry,
  MessageRole,
  MessageStatus,
  StoredItem,
} from '../../core/log.ts';
import type { Database } from './database.ts';
import { entryIdOf } from './places.ts';
import { fromText, toText } from './sessions.ts';

export interface EntryRow {
  readonly place: number;
  readonly mark: string;
  readonly prev: string | null;
  readonly kind: LogEntry['kind'];
  readonly at: number;
  readonly removed: string | null;
  readonly dialect: ItemDialect;
  readonly role: MessageRole | null;
  readonly agent: string | null;
  readonly derived: number;
  readonly status: MessageStatus;
  readonly tool: string | null;
  readonly handoff_from: string | null;
  readonly metadata: string;
  readonly raw: string;
  readonly finishes: string | null;
}

export const ENTRY_COLUMNS =
  'place, mark, prev, kind, at, removed, dialect, role, agent, derived, status, tool, handoff_from, metadata, raw, finishes';

/** What all entries of one write have in common. */
export interface WriteStamp {
  readonly at: number;
  readonly mark: string;
}

/** An item of the log besides its identity. */
export interface ItemBody {
  readonly kind: 'item';
  readonly item: StoredItem;
  /** The agent before a hand-off, on hand-offs alone. */
  readonly from?: string | null;
  /** The draft that became the item. */
  readonly finishes?: string | undefined;
}

/** What an entry says besides its identity. */
export type EntryBody =
  | ItemBody
  | { readonly kind: 'removed'; readonly removed: EntryId }
  | { readonly kind: 'updated' | 'cleared' | 'created' };

export function entryOf(row: EntryRow): LogEntry {
  const base = { id: entryIdOf(row.place, row.mark), prev: row.prev as EntryId | null, at: row.at };
  switch (row.kind) {
    case 'item':
      return itemEntryOf(row);
    case 'removed':
      return { ...base, kind: 'removed', removed: row.removed as EntryId };
    case 'updated':
    case 'cleared':
    case 'created':
      return { ...base, kind: row.kind };
  }
}

export function itemEntryOf(row: EntryRow): ItemEntry {
  const base = { id: entryIdOf(row.place, row.mark), prev: row.prev as EntryId | null, at: row.at };
  const finished = row.finishes === null ? {} : { finishesDraft: fromText(row.finishes) };
  return { ...base, kind: 'item', item: itemOf(row), ...finished };
}

function itemOf(row: EntryRow): StoredItem {
  return {
    raw: row.raw,
    dialect: row.dialect,
    role: row.role,
    agent: row.agent === null ? null : fromText(row.agent),
    metadata: row.metadata,
    derived: row.derived === 1,
    status: row.status,
    toolName: row.tool === null ? null : fromText(row.tool),
    handoff: row.handoff_from !== null,
  };
}

/** Adds a row at the end of the log; the caller keeps the session's `last` in step. */
export function insertEntry(
  db: Database,
  sessionKey: number,
  prev: EntryId | null,
  { at, mark }: WriteStamp,
  body: EntryBody,
): EntryId {
  if (body.kind !== 'item') {
    const removed = body.kind === 'removed' ? body.removed : null;
    const place = db.run(
      'INSERT INTO entries (session, mark, prev, kind, at, removed) VALUES (?, ?, ?, ?, ?, ?)',
      ...[sessionKey, mark, prev, body.kind, at, removed],
    );
    return entryIdOf(place, mark);
  }
  const { item, from, finishes } = body;
  const place = db.run(
    `INSERT INTO entries (session, mark, prev, kind, at, dialect, role, agent, derived, status, tool, handoff_from, metadata,
       raw, finishes)
     VALUES (?, ?, ?, 'item', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ...[sessionKey, mark, prev, at, item.dialect, item.role],
    item.agent === null ? null : toText(item.agent),
    item.derived ? 1 : 0,
    item.status,
    item.toolName === null ? null : toText(item.toolName),
    from === undefined ? null : JSON.stringify(from),
    item.metadata,
    item.raw,
    finishes === undefined ? null : toText(finishes),
  );
  return entryIdOf(place, mark);
}
