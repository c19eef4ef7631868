import type { EntryId } from '../../core/cursor.ts';
import type { Database } from './database.ts';
import type { SessionState } from './sessions.ts';

/** The form that this store gives; other stores' entry ids have other forms. */
const FORM = /^(\d{1,15})\.([0-9A-Za-z]{8})$/;

export interface Place {
  readonly place: number;
  readonly mark: string;
}

export function entryIdOf(place: number, mark: string): EntryId {
  return `${place}.${mark}` as EntryId;
}

/** The place and mark in an entry id, or null when this store cannot have given it. */
export function placeOf(entry: EntryId): Place | null {
  const [, place, mark] = FORM.exec(entry) ?? [];
  return place === undefined || mark === undefined ? null : { place: Number(place), mark };
}

/** A place that was read from this store. */
export function ownPlaceOf(entry: EntryId): number {
  const own = placeOf(entry);
  if (own === null) throw new TypeError(`The database holds the entry id ${entry}, which has no place.`);
  return own.place;
}

export type Standing =
  { readonly state: 'known'; readonly place: number } | { readonly state: 'expired' | 'diverged' };

/** Whether the log of this session knows the place: see `SessionStore.read`. */
export function standingOf(db: Database, session: SessionState, entry: EntryId): Standing {
  const asked = placeOf(entry);
  if (asked === null) return { state: 'diverged' };
  const { place, mark } = asked;
  const there = db.get<{ mark: string }>(
    'SELECT mark FROM entries WHERE place = ? AND session = ?',
    place,
    session.key,
  );
  if (there !== undefined) return there.mark === mark ? { state: 'known', place } : { state: 'diverged' };
  if (place < ownPlaceOf(session.born)) return { state: 'expired' };
  if (isNamed(db, session, entry)) return { state: 'known', place };
  if (session.floor === null) {
    return liesBeforeClear(db, session, place) ? { state: 'known', place } : { state: 'diverged' };
  }
  const wasTrimmed = entry === session.floor || place < ownPlaceOf(session.floor);
  return { state: wasTrimmed ? 'expired' : 'diverged' };
}

function isNamed(db: Database, session: SessionState, entry: EntryId): boolean {
  const tombstone = db.get(
    'SELECT 1 FROM entries INDEXED BY entries_removed WHERE session = ? AND removed = ?',
    session.key,
    entry,
  );
  return tombstone !== undefined;
}

function liesBeforeClear(db: Database, session: SessionState, place: number): boolean {
  const first = db.get<{ place: number; kind: string }>(
    'SELECT place, kind FROM entries INDEXED BY entries_log WHERE session = ? ORDER BY place LIMIT 1',
    session.key,
  );
  return first !== undefined && first.kind === 'cleared' && place < first.place;
}
