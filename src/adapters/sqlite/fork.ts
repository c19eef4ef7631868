import { CursorExpiredError, NotFoundError } from '../../core/errors.ts';
import type { Session } from '../../core/session.ts';
import type { Fork } from '../../core/store.ts';
import { Abandoned, hasAbandoned, interrupting } from './abandoned.ts';
import { tell, type Context, type News } from './change.ts';
import { copyItems } from './copy.ts';
import { idTaken, makeSession, newsOf } from './create.ts';
import { findCreation, keepCreation } from './creations.ts';
import type { Database } from './database.ts';
import { ownPlaceOf, standingOf } from './places.ts';
import { purge } from './purge.ts';
import { findSession, saveSession, sessionOf, type SessionState } from './sessions.ts';

/** @throws NotFoundError, CursorExpiredError, ConflictError, StoreUnavailableError. */
export function forkSession(context: Context, wanted: Fork): Session {
  const { db, clock, newMark } = context;
  let news: News | null = null;
  const fork = (): Session | Abandoned => {
    const now = clock.now();
    purge(db, now);
    const source = sourceOf(db, wanted, now);
    const owner = wanted.owner ?? source?.owner;
    if (owner === undefined) throw new NotFoundError();
    // A repeat is answered also when the source has gone since.
    const earlier = wanted.once && findCreation(db, owner, wanted.once, now);
    if (earlier !== undefined) return sessionOf(earlier);
    if (source === null) throw new NotFoundError();
    if (hasAbandoned(context, source, now)) return new Abandoned([source.id]);
    const id = wanted.newId;
    if (findSession(db, id, now) !== null) throw idTaken();

    const copied = copyOf(db, source, wanted, { id, at: now, mark: newMark() });
    if (wanted.once !== undefined) keepCreation(db, owner, wanted.once, copied, now);
    news = newsOf(copied);
    return sessionOf(copied);
  };
  const session = interrupting(context, () => db.write(fork));
  if (news !== null) tell(context, news);
  return session;
}

function sourceOf(db: Database, { sourceId, owner }: Fork, now: number): SessionState | null {
  const source = findSession(db, sourceId, now);
  return source === null || (owner !== undefined && owner !== source.owner) ? null : source;
}

function copyOf(
  db: Database,
  source: SessionState,
  { upTo, title }: Fork,
  { id, ...stamp }: { readonly id: string; readonly at: number; readonly mark: string },
): SessionState {
  const { owner, metadata, expiresAfter, maxItems } = source;
  const end = upTo === undefined ? ownPlaceOf(source.last) : knownPlace(db, source, upTo);
  const given = { id, userId: owner, title: title === undefined ? source.title : title };
  const session = makeSession(db, { ...given, metadata, expiresAfter, maxItems }, stamp);
  copyItems(db, source, end, session);
  saveSession(db, session);
  return session;
}

function knownPlace(db: Database, source: SessionState, upTo: NonNullable<Fork['upTo']>): number {
  const standing = standingOf(db, source, upTo);
  if (standing.state !== 'known') throw new CursorExpiredError();
  return standing.place;
}
