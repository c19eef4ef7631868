import type { Session } from '../../core/session.ts';
import type { Change, Context } from './change.ts';
import type { Database } from './database.ts';
import { ownPlaceOf } from './places.ts';
import { findSession, saveSession, sessionOf, type SessionState } from './sessions.ts';

/** How many items one write takes away beside as many as it adds: a limit that was lowered holds nobody up for long. */
const TRIMMED_BESIDE = 1000;

/** Values: session key, how many items go. */
export const STAYS_SQL = `SELECT place, prev FROM entries INDEXED BY entries_items
  WHERE session = ? AND kind = 'item' ORDER BY place LIMIT 1 OFFSET ?`;

/** Values: session key, the place of the first entry that stays. */
export const TRIMMED_MESSAGES_SQL = `SELECT
    (SELECT count(*) FROM entries INDEXED BY entries_roles WHERE session = ?1 AND role = 'USER' AND place < ?2)
  + (SELECT count(*) FROM entries INDEXED BY entries_roles WHERE session = ?1 AND role = 'ASSISTANT' AND place < ?2)
  AS messages`;

/** Values as above: the agent of the last hand-off that goes. */
export const TRIMMED_AGENT_SQL = `SELECT agent FROM entries INDEXED BY entries_items
  WHERE session = ? AND kind = 'item' AND place < ? AND handoff_from IS NOT NULL ORDER BY place DESC LIMIT 1`;

/** The entries of a write, by its first. */
type Added = Pick<Change, 'changes' | 'from'>;

/**
 * Takes the oldest items away that are too many, with all that stands before the oldest that stays, and never what the
 * write itself added. What is read and deleted is what other writes added, so it costs the same in a log of any length.
 * The caller saves the session.
 */
export function trim(db: Database, session: SessionState, { changes, from }: Added): void {
  if (session.maxItems === null) return;
  const entries = changes.flatMap((change) => (change.kind === 'entry' ? [change.entry] : []));
  const added = entries.filter(({ kind }) => kind === 'item').length;
  const excess = Math.min(session.items - Math.max(session.maxItems, added), added + TRIMMED_BESIDE);
  if (excess <= 0) return;
  const [first] = entries;
  const stays = db.get<{ place: number; prev: SessionState['floor'] }>(STAYS_SQL, session.key, excess);
  const [place, floor] =
    first !== undefined && added === session.items - excess
      ? [ownPlaceOf(first.id), from.entry]
      : [stays?.place, stays?.prev];
  if (place === undefined || floor === undefined) return;
  const agent = db.get<{ agent: string }>(TRIMMED_AGENT_SQL, session.key, place)?.agent;
  session.messages -= db.get<{ messages: number }>(TRIMMED_MESSAGES_SQL, session.key, place)?.messages ?? 0;
  session.items -= excess;
  db.run('DELETE FROM entries WHERE session = ? AND place < ?', session.key, place);
  db.run('DELETE FROM calls INDEXED BY calls_places WHERE session = ? AND place < ?', session.key, place);
  session.floor = floor;
  if (agent !== undefined) session.floorAgent = JSON.parse(agent) as string;
  session.change = session.last;
}

/** The session when no item is too many; each transaction takes away but so many, and lets others come between. */
export async function trimmed({ db, clock }: Context, updated: Session): Promise<Session> {
  let session = updated;
  while (session.maxItems !== null && session.itemCount > session.maxItems) {
    const left = session.itemCount;
    await new Promise((resolve) => setImmediate(resolve));
    const now = db.write(() => {
      const state = findSession(db, session.id, clock.now());
      if (state === null) return null;
      trim(db, state, { changes: [], from: { entry: state.last, drafts: state.drafts } });
      saveSession(db, state);
      return sessionOf(state);
    });
    if (now === null || now.itemCount >= left) return session;
    session = now;
  }
  return session;
}
