import type { EntryId } from '../../core/cursor.ts';
import type { NewItem } from '../../core/log.ts';
import type { Database } from './database.ts';
import { ownPlaceOf } from './places.ts';
import { fromText, toText } from './sessions.ts';

/** The tool of the last call with that id, or null. */
export function toolOf(db: Database, sessionKey: number, call: string): string | null {
  const row = db.get<{ tool: string }>(
    'SELECT tool FROM calls WHERE session = ? AND call = ? ORDER BY place DESC LIMIT 1',
    sessionKey,
    toText(call),
  );
  return row === undefined ? null : fromText(row.tool);
}

/** Keeps the tool of a call for the results to come; `entry` is the call's own. */
export function keepCall(
  db: Database,
  sessionKey: number,
  { id, name }: NonNullable<NewItem['call']>,
  entry: EntryId,
): void {
  db.run(
    'INSERT INTO calls (session, call, place, tool) VALUES (?, ?, ?, ?)',
    ...[sessionKey, toText(id), ownPlaceOf(entry), toText(name)],
  );
}
