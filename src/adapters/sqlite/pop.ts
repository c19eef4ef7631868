import type { ItemEntry } from '../../core/log.ts';
import type { Popped, Write } from '../../core/store.ts';
import { addEntry, changeSession, countsAsMessage, type Change, type Context } from './change.ts';
import type { Database } from './database.ts';
import { ENTRY_COLUMNS, itemEntryOf, type EntryRow } from './entries.ts';
import { entryIdOf } from './places.ts';
import { sessionOf } from './sessions.ts';

interface HandoffRow {
  readonly place: number;
  readonly mark: string;
  readonly handoff_from: string;
}

/** @throws NotFoundError, ConflictError, StoreUnavailableError. */
export function popItem(context: Context, write: Write): Popped {
  return changeSession<ItemEntry | null, Popped>(context, write, {
    work: (change) => removeNewest(context.db, change),
    result: (session, entry) => ({ session: sessionOf(session), entry }),
  });
}

function removeNewest(db: Database, change: Change): ItemEntry | null {
  const { session } = change;
  const newest = db.get<EntryRow>(
    `SELECT ${ENTRY_COLUMNS} FROM entries INDEXED BY entries_items
     WHERE session = ? AND kind = 'item' AND handoff_from IS NULL ORDER BY place DESC LIMIT 1`,
    session.key,
  );
  if (newest === undefined) return null;
  const handoffs = db.all<HandoffRow>(
    `SELECT place, mark, handoff_from FROM entries INDEXED BY entries_items
     WHERE session = ? AND kind = 'item' AND place > ? ORDER BY place DESC`,
    session.key,
    newest.place,
  );
  for (const { place, mark } of [...handoffs, newest]) {
    db.run('DELETE FROM entries WHERE place = ?', place);
    addEntry(db, change, { kind: 'removed', removed: entryIdOf(place, mark) });
  }
  const oldest = handoffs.at(-1);
  if (oldest !== undefined) session.agent = JSON.parse(oldest.handoff_from) as string | null;
  session.items -= handoffs.length + 1;
  if (countsAsMessage(newest.role)) session.messages -= 1;
  session.change = session.last;
  return itemEntryOf(newest);
}
