import type { ItemEntry } from '../../core/log.ts';
import type { Popped, Write } from '../../core/store.ts';
import type { Change, Context } from './change.ts';
import { changeSession } from './change-session.ts';
import type { Database } from './database.ts';
import { ENTRY_COLUMNS, itemEntryOf, type EntryRow } from './entries.ts';
import { removeItems, type Doomed } from './removal.ts';
import { sessionOf } from './sessions.ts';

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
  const handoffs = db.all<Doomed>(
    `SELECT place, mark, role, handoff_from FROM entries INDEXED BY entries_items
     WHERE session = ? AND kind = 'item' AND place > ? ORDER BY place DESC`,
    session.key,
    newest.place,
  );
  removeItems(db, change, [...handoffs, newest]);
  return itemEntryOf(newest);
}
