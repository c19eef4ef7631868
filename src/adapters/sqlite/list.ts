import type { SessionPage, SessionPageRequest, SessionPlace } from '../../core/store-reads.ts';
import type { Context } from './change.ts';
import { SESSION_COLUMNS, sessionOf, stateOf, toText, type SessionRow } from './sessions.ts';

/** Beyond every session on either side: no time is greater or smaller, and ids are never empty. */
const NEWEST: SessionPlace = { updatedAt: Number.MAX_SAFE_INTEGER, id: '' };
const OLDEST: SessionPlace = { updatedAt: -1, id: '' };

/** Values, in this order: owner, now, the place that the rows lie below, and the lowest that they may have. */
const BETWEEN = `FROM sessions INDEXED BY sessions_activity
  WHERE owner = ?1 AND (expires_at IS NULL OR expires_at > ?2) AND (updated, id) < (?3, ?4) AND (updated, id) >= (?5, ?6)`;

export const SESSION_PAGE_SQL = {
  start: `SELECT ${SESSION_COLUMNS} ${BETWEEN} ORDER BY updated DESC, id DESC LIMIT ?7`,
  end: `SELECT ${SESSION_COLUMNS} ${BETWEEN} ORDER BY updated ASC, id ASC LIMIT ?7`,
} as const;

const EXISTS_SQL = `SELECT 1 ${BETWEEN} LIMIT 1`;

/** @throws StoreUnavailableError. */
export function listSessions(
  { db, clock }: Context,
  userId: string,
  request: SessionPageRequest,
): SessionPage {
  const { after = NEWEST, before = OLDEST, from, count } = request;
  const now = clock.now();
  const bounds = (below: SessionPlace, lowest: SessionPlace) =>
    [toText(userId), now, below.updatedAt, below.id, lowest.updatedAt, lowest.id] as const;
  return db.read(() => {
    const rows = db.all<SessionRow>(SESSION_PAGE_SQL[from], ...bounds(after, justAbove(before)), count);
    const sessions = (from === 'start' ? rows : rows.toReversed()).map((row) => sessionOf(stateOf(row)));
    // An empty page stands at the edge that it was asked to begin at; what is at that edge lies beside the page.
    const below = sessions.at(-1) ?? (from === 'start' ? after : justAbove(before));
    const first = sessions.at(0);
    const above = first === undefined ? (from === 'start' ? after : justAbove(before)) : justAbove(first);
    return {
      sessions,
      hasNext: db.get(EXISTS_SQL, ...bounds(below, OLDEST)) !== undefined,
      hasPrevious: db.get(EXISTS_SQL, ...bounds(NEWEST, above)) !== undefined,
    };
  });
}

/** The next place that a session could have: no character that ids are made of is smaller. */
function justAbove({ updatedAt, id }: SessionPlace): SessionPlace {
  return { updatedAt, id: `${id} ` };
}
