import type { Session } from '../../core/session.ts';
import type { Update, Write } from '../../core/store.ts';
import { addEntry, tell, type Context, type News } from './change.ts';
import { changeSession, isForeign } from './change-session.ts';
import { endDrafts } from './draft-end.ts';
import { recall, recallDeletion, rememberDeletion, rememberNoDeletion } from './operations.ts';
import { purge, removeSession } from './purge.ts';
import { findSession, sessionOf } from './sessions.ts';

/** @throws NotFoundError, ConflictError, StoreUnavailableError, and what `metadata` throws. */
export function updateSession(context: Context, write: Update): Session {
  return changeSession<null, Session>(context, write, {
    work: (change) => {
      const { session } = change;
      if (write.metadata !== undefined) session.metadata = write.metadata(session.metadata);
      if (write.title !== undefined) session.title = write.title;
      if (write.expiresAfter !== undefined) session.expiresAfter = write.expiresAfter;
      if (write.maxItems !== undefined) session.maxItems = write.maxItems;
      addEntry(context.db, change, { kind: 'updated' });
      return null;
    },
    result: sessionOf,
  });
}

/** @throws NotFoundError, ConflictError, StoreUnavailableError. */
export function clearSession(context: Context, write: Write): Session {
  const { db } = context;
  return changeSession<null, Session>(context, write, {
    work: (change) => {
      const { session } = change;
      endDrafts(db, change);
      db.run('DELETE FROM entries WHERE session = ?', session.key);
      db.run('DELETE FROM calls WHERE session = ?', session.key);
      addEntry(db, change, { kind: 'cleared' });
      session.agent = null;
      session.agents = [];
      session.messages = 0;
      session.items = 0;
      session.floor = null;
      session.floorAgent = null;
      session.change = session.last;
      return null;
    },
    result: sessionOf,
  });
}

/** @throws ConflictError, StoreUnavailableError. */
export function deleteSession(context: Context, write: Write): boolean {
  const { db, clock } = context;
  let news: News | null = null;
  const deleted = db.write(() => {
    const now = clock.now();
    purge(db, now);
    // Before all else: a late repeat must not delete a session that was made again under the id.
    const earlier = recallDeletion(db, write, now);
    if (earlier !== undefined) return earlier;
    const session = findSession(db, write.sessionId, now);
    if (session === null) {
      rememberNoDeletion(db, write, now);
      return false;
    }
    // Nothing is remembered: the key may be the owner's.
    if (isForeign(session, write)) return false;
    // Throws when this key has done something else to the session.
    if (write.once !== undefined) recall(db, session, write.once, now);
    removeSession(db, session.key, session.id);
    rememberDeletion(db, session, write, now);
    news = { session, doorbell: 'look', listed: true };
    return true;
  });
  if (news !== null) tell(context, news);
  return deleted;
}
