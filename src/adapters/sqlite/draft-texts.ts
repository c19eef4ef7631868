import type { DraftChannel } from '../../core/draft.ts';
import type { Database } from './database.ts';
import { fromText, toText } from './sessions.ts';

/** How long the text of a channel is. */
export interface TextLength {
  /** UTF-16. */
  readonly units: number;
  /** UTF-8. */
  readonly bytes: number;
}

const CHANNEL = 'FROM draft_texts WHERE draft = ?1 AND channel = ?2';

/** Values of each: draft key, channel. */
export const TEXT_SQL = `SELECT text ${CHANNEL} ORDER BY start`;
export const LENGTH_SQL = `SELECT stop AS units, bytes ${CHANNEL} ORDER BY start DESC LIMIT 1`;

/** Further values: the first and the last unit wanted; the latter must be there. Pieces that hold any of them. */
export const PART_SQL = `SELECT start, text ${CHANNEL} AND start <= ?4
  AND start >= (SELECT start ${CHANNEL} AND start <= ?3 ORDER BY start DESC LIMIT 1) ORDER BY start`;

/** All that was written. */
export function textOf(db: Database, draftKey: number, channel: DraftChannel): string {
  return db
    .all<{ text: string }>(TEXT_SQL, draftKey, channel)
    .map(({ text }) => fromText(text))
    .join('');
}

export function lengthOf(db: Database, draftKey: number, channel: DraftChannel): TextLength {
  return db.get<TextLength>(LENGTH_SQL, draftKey, channel) ?? { units: 0, bytes: 0 };
}

/** The units from `start` up to but without `stop`; there must be so many, and at least one. */
export function partOf(
  db: Database,
  draftKey: number,
  channel: DraftChannel,
  start: number,
  stop: number,
): string {
  const pieces = db.all<{ start: number; text: string }>(PART_SQL, draftKey, channel, start, stop - 1);
  const first = pieces[0]?.start ?? start;
  const text = pieces.map((piece) => fromText(piece.text)).join('');
  return text.slice(start - first, stop - first);
}

/** Adds a text at the end of what has that length. */
export function addText(
  db: Database,
  draftKey: number,
  channel: DraftChannel,
  { units, bytes }: TextLength,
  text: string,
): void {
  db.run(
    'INSERT INTO draft_texts (draft, channel, start, stop, bytes, text) VALUES (?, ?, ?, ?, ?, ?)',
    ...[draftKey, channel, units, units + text.length, bytes + Buffer.byteLength(text), toText(text)],
  );
}

export function removeTexts(db: Database, draftKey: number): void {
  db.run('DELETE FROM draft_texts WHERE draft = ?', draftKey);
}

/** Values: session key, the limit. */
export const PIECES_SQL = `SELECT draft_texts.rowid
  FROM drafts INDEXED BY drafts_open CROSS JOIN draft_texts ON draft_texts.draft = drafts.key
  WHERE drafts.session = ? LIMIT ?`;

/** Removes all texts of a session's drafts, or so many pieces of them. */
export function removeTextsOf(db: Database, sessionKey: number, limit = -1): void {
  db.run(`DELETE FROM draft_texts WHERE rowid IN (${PIECES_SQL})`, sessionKey, limit);
}

export function hasTexts(db: Database, sessionKey: number): boolean {
  return db.get(PIECES_SQL, sessionKey, 1) !== undefined;
}
