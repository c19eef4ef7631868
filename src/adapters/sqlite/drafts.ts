import type { AbandonedForm, DraftInfo, OpenDrafts } from '../../core/draft.ts';
import { DraftNotFoundError } from '../../core/errors.ts';
import type { MessageRole } from '../../core/log.ts';
import type { Database } from './database.ts';
import { removeTexts, removeTextsOf, textOf } from './draft-texts.ts';
import { fromText, toText, type SessionState } from './sessions.ts';

/** An open draft besides its texts. */
export interface DraftState extends DraftInfo {
  readonly key: number;
  /** JSON text of an `AbandonedForm`. */
  readonly abandoned: string;
}

interface DraftRow {
  readonly key: number;
  readonly id: string;
  readonly role: MessageRole;
  readonly agent: string | null;
  readonly started: number;
  readonly abandoned: string;
}

const COLUMNS = 'key, id, role, agent, started, abandoned';

/** Value: session key. The oldest first. */
export const OPEN_DRAFTS_SQL = `SELECT ${COLUMNS} FROM drafts INDEXED BY drafts_open WHERE session = ? ORDER BY key`;

/** Values: session key, id as JSON text. */
export const FIND_DRAFT_SQL = `SELECT ${COLUMNS} FROM drafts INDEXED BY drafts_ids WHERE session = ? AND id = ?`;

/** Values: session key, the latest time. The oldest first. */
export const IDLE_DRAFTS_SQL = `SELECT ${COLUMNS} FROM drafts INDEXED BY drafts_open
  WHERE session = ? AND written <= ? ORDER BY key`;

/** Value: session key. */
export const OLDEST_WRITE_SQL = `SELECT min(written) AS written FROM drafts INDEXED BY drafts_open WHERE session = ?`;

function stateOf({ key, id, role, agent, started, abandoned }: DraftRow): DraftState {
  const name = agent === null ? null : fromText(agent);
  return { key, id: fromText(id), role, agent: name, startedAt: started, abandoned };
}

export function infoOf({ id, role, agent, startedAt }: DraftState): DraftInfo {
  return { id, role, agent, startedAt };
}

export function draftsIn(db: Database, sessionKey: number): readonly DraftState[] {
  return db.all<DraftRow>(OPEN_DRAFTS_SQL, sessionKey).map(stateOf);
}

/** Those that were not written to after that time. */
export function draftsIdleSince(db: Database, sessionKey: number, time: number): readonly DraftState[] {
  return db.all<DraftRow>(IDLE_DRAFTS_SQL, sessionKey, time).map(stateOf);
}

/** @throws NotFoundError when it is not open. */
export function findDraft(db: Database, sessionKey: number, id: string): DraftState {
  const row = db.get<DraftRow>(FIND_DRAFT_SQL, sessionKey, toText(id));
  if (row === undefined) throw new DraftNotFoundError();
  return stateOf(row);
}

/** The drafts of the session with their texts. */
export function openDrafts(
  db: Database,
  { key: sessionKey, drafts: revision }: Pick<SessionState, 'key' | 'drafts'>,
): OpenDrafts {
  const open = draftsIn(db, sessionKey).map((draft) => ({
    ...infoOf(draft),
    text: textOf(db, draft.key, 'TEXT'),
    reasoning: textOf(db, draft.key, 'REASONING'),
  }));
  return { revision, open };
}

/** Adds a row; the caller keeps the session's `draftsWritten` in step. */
export function insertDraft(
  db: Database,
  sessionKey: number,
  { id, role, agent, startedAt }: DraftInfo,
  abandoned: AbandonedForm,
  written: number,
): void {
  db.run(
    'INSERT INTO drafts (session, id, role, agent, started, written, abandoned) VALUES (?, ?, ?, ?, ?, ?, ?)',
    ...[sessionKey, toText(id), role, agent === null ? null : toText(agent), startedAt, written],
    JSON.stringify(abandoned),
  );
}

/** Sets when the draft was last written to; the caller keeps the session's `draftsWritten` in step. */
export function touchDraft(db: Database, key: number, written: number): void {
  db.run('UPDATE drafts SET written = ? WHERE key = ?', written, key);
}

/** Removes the row and its texts; the caller keeps the session's `draftsWritten` in step. */
export function removeDraft(db: Database, key: number): void {
  removeTexts(db, key);
  db.run('DELETE FROM drafts WHERE key = ?', key);
}

/** Removes all drafts of a session; the caller keeps its `draftsWritten` in step. */
export function removeDrafts(db: Database, sessionKey: number): void {
  removeTextsOf(db, sessionKey);
  db.run('DELETE FROM drafts WHERE session = ?', sessionKey);
}

/** What `SessionState.draftsWritten` is to be. */
export function oldestWrite(db: Database, sessionKey: number): number | null {
  return db.get<{ written: number | null }>(OLDEST_WRITE_SQL, sessionKey)?.written ?? null;
}
