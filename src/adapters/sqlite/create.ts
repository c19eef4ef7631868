import { ConflictError } from '../../core/errors.ts';
import type { Session } from '../../core/session.ts';
import type { NewSession } from '../../core/store.ts';
import type { Context } from './change.ts';
import { findCreation, keepCreation } from './creations.ts';
import type { Database } from './database.ts';
import { insertEntry, type WriteStamp } from './entries.ts';
import { purge, removeSession } from './purge.ts';
import { findSession, reserveSession, saveSession, sessionOf, type SessionState } from './sessions.ts';

/** @throws ConflictError, NotFoundError, StoreUnavailableError. */
export function createSession(context: Context, wanted: NewSession): Session {
  const { db, clock, newMark } = context;
  let made = false;
  const session = db.write(() => {
    const now = clock.now();
    purge(db, now);
    const earlier = wanted.once && findCreation(db, wanted.userId, wanted.once, now);
    if (earlier !== undefined) return sessionOf(earlier);
    const present = findSession(db, wanted.id, now);
    if (present !== null) checkMayReturn(present, wanted);
    const state = present ?? makeSession(db, wanted, { at: now, mark: newMark() });
    made = present === null;
    if (wanted.once !== undefined) keepCreation(db, wanted.userId, wanted.once, state, now);
    return sessionOf(state);
  });
  // No doorbell can name what stands before a first entry; whoever waits for the session has to look.
  if (made) context.announce(session.id, 'look');
  return session;
}

function checkMayReturn(present: SessionState, wanted: NewSession): void {
  if (wanted.ifExists === 'RETURN' && present.owner === wanted.userId) return;
  throw idTaken();
}

export function idTaken(): ConflictError {
  return new ConflictError('There is a session with this id already. Use another id, or none.');
}

/** Makes a session whose log holds one `created` entry; no session that has not expired may have its id. */
export function makeSession(
  db: Database,
  wanted: Omit<NewSession, 'ifExists' | 'once'>,
  stamp: WriteStamp,
): SessionState {
  const expired = db.get<{ key: number }>('SELECT key FROM sessions WHERE id = ?', wanted.id);
  if (expired !== undefined) removeSession(db, expired.key, wanted.id);
  const key = reserveSession(db, wanted.id, wanted.userId, stamp.at);
  const born = insertEntry(db, key, null, stamp, { kind: 'created' });
  const session: SessionState = {
    key,
    id: wanted.id,
    owner: wanted.userId,
    title: wanted.title,
    metadata: wanted.metadata,
    agent: null,
    agents: [],
    messages: 0,
    items: 0,
    created: stamp.at,
    updated: stamp.at,
    expiresAfter: wanted.expiresAfter,
    born,
    last: born,
    change: born,
  };
  saveSession(db, session);
  return session;
}
