import type { OpenDrafts } from '../../core/draft.ts';
import type { Moment } from '../../core/live.ts';
import type { Session } from '../../core/session.ts';
import { Abandoned, hasAbandoned, interrupting } from './abandoned.ts';
import type { Context } from './change.ts';
import { openDrafts } from './drafts.ts';
import { findSession, momentOf, sessionOf, type SessionState } from './sessions.ts';

/** @throws StoreUnavailableError. */
export function getSession(context: Context, sessionId: string): Session | null {
  return currently(context, sessionId, sessionOf);
}

/** @throws StoreUnavailableError. */
export function readDrafts(context: Context, sessionId: string): OpenDrafts | null {
  return currently(context, sessionId, (session) => openDrafts(context.db, session));
}

/** Reads of a session without abandoned drafts; null when there is none. */
function currently<T>(context: Context, sessionId: string, work: (session: SessionState) => T): T | null {
  const { db, clock } = context;
  return interrupting(context, () =>
    db.read(() => {
      const now = clock.now();
      const session = findSession(db, sessionId, now);
      if (session === null) return null;
      return hasAbandoned(context, session, now) ? new Abandoned([sessionId]) : work(session);
    }),
  );
}

/** Values: id, now. Of each session only what names its state. */
export const MOMENT_SQL = `SELECT last, drafts, drafts_written AS draftsWritten FROM sessions
  WHERE id = ? AND (expires_at IS NULL OR expires_at > ?)`;

/** @throws StoreUnavailableError. */
export function readEnds(context: Context, sessionIds: readonly string[]): readonly (Moment | null)[] {
  const { db, clock } = context;
  return interrupting(context, () =>
    db.read(() => {
      const now = clock.now();
      const rows = sessionIds.map((id) =>
        db.get<Pick<SessionState, 'last' | 'drafts' | 'draftsWritten'>>(MOMENT_SQL, id, now),
      );
      const abandoned = sessionIds.filter((_, n) => rows[n] && hasAbandoned(context, rows[n], now));
      if (abandoned.length > 0) return new Abandoned(abandoned);
      return rows.map((row) => (row === undefined ? null : momentOf(row)));
    }),
  );
}
