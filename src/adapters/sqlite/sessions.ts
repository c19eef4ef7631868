import type { EntryId } from '../../core/cursor.ts';
import type { JsonObject } from '../../core/json.ts';
import type { Moment } from '../../core/live.ts';
import type { Session } from '../../core/session.ts';
import type { Database } from './database.ts';

/** A session's row, which a write changes and then saves. Owner, title and agents are texts again, not JSON. */
export interface SessionState {
  readonly key: number;
  readonly id: string;
  readonly owner: string;
  title: string | null;
  metadata: JsonObject;
  agent: string | null;
  agents: string[];
  messages: number;
  items: number;
  readonly created: number;
  updated: number;
  expiresAfter: number | null;
  expiresAt: number | null;
  /** The revision of the drafts, `<count>.<mark>`; '' before the first. */
  drafts: string;
  /** When that open draft was written to which has waited longest for it; null when none is open. */
  draftsWritten: number | null;
  maxItems: number | null;
  /** The last entry that was trimmed; null: none since the last clear. */
  floor: EntryId | null;
  /** The agent that was current there. */
  floorAgent: string | null;
  readonly born: EntryId;
  last: EntryId;
  /** The last entry with which items came or went, or with which the log began: what `ifEnd` is held against. */
  change: EntryId;
}

export interface SessionRow {
  readonly key: number;
  readonly id: string;
  readonly owner: string;
  readonly title: string | null;
  readonly metadata: string;
  readonly agent: string | null;
  readonly agents: string;
  readonly messages: number;
  readonly items: number;
  readonly created: number;
  readonly updated: number;
  readonly expires_after: number | null;
  readonly expires_at: number | null;
  readonly drafts: string;
  readonly drafts_written: number | null;
  readonly max_items: number | null;
  readonly floor: string | null;
  readonly floor_agent: string | null;
  readonly born: string;
  readonly last: string;
  readonly change: string;
}

export const SESSION_COLUMNS = `key, id, owner, title, metadata, agent, agents, messages, items, created, updated,
  expires_after, expires_at, drafts, drafts_written, max_items, floor, floor_agent, born, last, change`;

export function stateOf(row: SessionRow): SessionState {
  return {
    key: row.key,
    id: row.id,
    owner: fromText(row.owner),
    title: row.title === null ? null : fromText(row.title),
    metadata: JSON.parse(row.metadata) as JsonObject,
    agent: row.agent === null ? null : fromText(row.agent),
    agents: JSON.parse(row.agents) as string[],
    messages: row.messages,
    items: row.items,
    created: row.created,
    updated: row.updated,
    expiresAfter: row.expires_after,
    expiresAt: row.expires_at,
    drafts: row.drafts,
    draftsWritten: row.drafts_written,
    maxItems: row.max_items,
    floor: row.floor as EntryId | null,
    floorAgent: row.floor_agent === null ? null : fromText(row.floor_agent),
    born: row.born as EntryId,
    last: row.last as EntryId,
    change: row.change as EntryId,
  };
}

/** The domain's view; a copy, so that what a write still changes does not show through. */
export function sessionOf(state: SessionState): Session {
  return {
    id: state.id,
    userId: state.owner,
    title: state.title,
    metadata: state.metadata,
    currentAgent: state.agent,
    agentsUsed: [...state.agents],
    messageCount: state.messages,
    itemCount: state.items,
    createdAt: state.created,
    updatedAt: state.updated,
    expiresAt: state.expiresAt,
    expiresAfter: state.expiresAfter,
    maxItems: state.maxItems,
    isTrimmed: state.floor !== null,
    born: state.born,
    end: state.last,
  };
}

export function momentOf({ last, drafts }: Pick<SessionState, 'last' | 'drafts'>): Moment {
  return { entry: last, drafts };
}

/** When a session expires that is written to at that time. */
export function expiryOf(expiresAfter: number | null, at: number): number | null {
  return expiresAfter === null ? null : at + expiresAfter * 1000;
}

/** The session, unless there is none or it has expired. */
export function findSession(db: Database, id: string, now: number): SessionState | null {
  const row = db.get<SessionRow>(
    `SELECT ${SESSION_COLUMNS} FROM sessions WHERE id = ? AND (expires_at IS NULL OR expires_at > ?)`,
    id,
    now,
  );
  return row === undefined ? null : stateOf(row);
}

/** Makes the row and gives its key. It is no session until its first entry is written and `saveSession` has named it. */
export function reserveSession(db: Database, id: string, owner: string, at: number): number {
  return db.run(
    `INSERT INTO sessions (id, owner, metadata, agents, messages, items, created, updated, born, last, change)
     VALUES (?, ?, '{}', '[]', 0, 0, ?, ?, '', '', '')`,
    id,
    toText(owner),
    at,
    at,
  );
}

export function saveSession(db: Database, session: SessionState): void {
  db.run(
    `UPDATE sessions SET title = ?, metadata = ?, agent = ?, agents = ?, messages = ?, items = ?, updated = ?,
       expires_after = ?, expires_at = ?, drafts = ?, drafts_written = ?, max_items = ?, floor = ?, floor_agent = ?,
       born = ?, last = ?, change = ? WHERE key = ?`,
    session.title === null ? null : toText(session.title),
    JSON.stringify(session.metadata),
    session.agent === null ? null : toText(session.agent),
    JSON.stringify(session.agents),
    session.messages,
    session.items,
    session.updated,
    session.expiresAfter,
    session.expiresAt,
    session.drafts,
    session.draftsWritten,
    session.maxItems,
    session.floor,
    session.floorAgent === null ? null : toText(session.floorAgent),
    session.born,
    session.last,
    session.change,
    session.key,
  );
}

/** A text as the tables keep it: see `migrations/001-log.sql`. */
export function toText(text: string): string {
  return JSON.stringify(text);
}

export function fromText(json: string): string {
  return JSON.parse(json) as string;
}
