import type { EntryId } from '../../core/cursor.ts';
import { ConflictError } from '../../core/errors.ts';
import type { MessageRole } from '../../core/log.ts';
import { addEntry, countsAsMessage, type Change } from './change.ts';
import type { Database } from './database.ts';
import { entryIdOf } from './places.ts';
import type { SessionState } from './sessions.ts';

/** What has to be known of an item to remove it. */
export interface Doomed {
  readonly place: number;
  readonly mark: string;
  readonly role: MessageRole | null;
  /** JSON text of the agent before a hand-off; null on other items. */
  readonly handoff_from: string | null;
}

/**
 * The named items, which must be the newest of the log without a gap, newest first: readers count on it that no item
 * stands between a tombstone and the place that it names.
 * @throws ConflictError with `current` when they are not.
 */
export function newestItems(
  db: Database,
  session: SessionState,
  named: readonly EntryId[],
): readonly Doomed[] {
  if (named.length === 0) return [];
  const newest = db.all<Doomed>(
    `SELECT place, mark, role, handoff_from FROM entries INDEXED BY entries_items
     WHERE session = ? AND kind = 'item' ORDER BY place DESC LIMIT ?`,
    session.key,
    named.length,
  );
  if (newest.length === named.length && newest.every((item, index) => idOf(item) === named[index])) {
    return newest;
  }
  throw new ConflictError('What is to be removed is not the end of the log. Read the session again.', {
    current: session.last,
  });
}

/** Removes items in the order given, the newest first; each leaves a tombstone. */
export function removeItems(db: Database, change: Change, items: readonly Doomed[]): void {
  const { session } = change;
  for (const item of items) {
    db.run('DELETE FROM entries WHERE place = ?', item.place);
    addEntry(db, change, { kind: 'removed', removed: idOf(item) });
    session.items -= 1;
    if (countsAsMessage(item.role)) session.messages -= 1;
    if (item.handoff_from !== null) session.agent = JSON.parse(item.handoff_from) as string | null;
    session.change = session.last;
  }
}

function idOf({ place, mark }: Doomed): EntryId {
  return entryIdOf(place, mark);
}
