import { ConflictError } from '../../core/errors.ts';
import type { Session } from '../../core/session.ts';
import type { NewSession } from '../../core/store.ts';
import { Abandoned, hasAbandoned, interrupting } from './abandoned.ts';
import { tell, type Context, type News } from './change.ts';
import { findCreation, keepCreation } from './creations.ts';
import type { Database } from './database.ts';
import { insertEntry, type WriteStamp } from './entries.ts';
import { purge, removeExpired } from './purge.ts';
import {
  expiryOf,
  findSession,
  reserveSession,
  saveSession,
  sessionOf,
  type SessionState,
} from './sessions.ts';

/** @throws ConflictError, NotFoundError, StoreUnavailableError. */
export function createSession(context: Context, wanted: NewSession): Session {
  const { db, clock, newMark } = context;
  let news: News | null = null;
  const create = (): Session | Abandoned => {
    const now = clock.now();
    purge(db, now);
    const earlier = wanted.once && findCreation(db, wanted.userId, wanted.once, now);
    if (earlier !== undefined) return sessionOf(earlier);
    const present = findSession(db, wanted.id, now);
    if (present !== null) checkMayReturn(present, wanted);
    if (present !== null && hasAbandoned(context, present, now)) return new Abandoned([present.id]);
    const state = present ?? makeSession(db, wanted, { at: now, mark: newMark() });
    if (present === null) news = newsOf(state);
    if (wanted.once !== undefined) keepCreation(db, wanted.userId, wanted.once, state, now);
    return sessionOf(state);
  };
  const session = interrupting(context, () => db.write(create));
  if (news !== null) tell(context, news);
  return session;
}

/** No doorbell can name what stands before a first entry; whoever waits for the session has to look. */
export function newsOf(made: SessionState): News {
  return { session: made, doorbell: 'look', listed: true };
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
  removeExpired(db, wanted.id);
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
    expiresAt: expiryOf(wanted.expiresAfter, stamp.at),
    drafts: '',
    draftsWritten: null,
    maxItems: wanted.maxItems,
    floor: null,
    floorAgent: null,
    born,
    last: born,
    change: born,
  };
  saveSession(db, session);
  return session;
}
