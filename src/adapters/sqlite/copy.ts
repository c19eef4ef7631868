import type { Database } from './database.ts';
import { entryIdOf, ownPlaceOf, placeOf } from './places.ts';
import type { SessionState } from './sessions.ts';

/**
 * The items to copy, each with the place that its copy gets. Values: key of the source, the last place to copy, the
 * place of the new session's first entry, after which no place has been given yet (cast, because the driver binds every
 * number as a real one).
 */
const COPIED = `WITH copied AS (
  SELECT place AS old, CAST(?3 AS INTEGER) + row_number() OVER (ORDER BY place) AS new FROM entries INDEXED BY entries_items
  WHERE session = ?1 AND kind = 'item' AND place <= ?2)`;

/** Further values: key of the new session, the mark of its entries. */
export const COPY_ITEMS_SQL = `INSERT INTO entries
    (place, session, mark, prev, kind, at, dialect, role, agent, derived, status, tool, handoff_from, metadata, raw)
  ${COPIED}
  SELECT new, ?4, ?5, (new - 1) || '.' || ?5, kind, at, dialect, role, agent, derived, status, tool, handoff_from,
    metadata, raw
  FROM copied CROSS JOIN entries ON place = old`;

/** Further value: key of the new session. */
export const COPY_CALLS_SQL = `INSERT INTO calls (session, call, place, tool)
  ${COPIED}
  SELECT ?4, call, new, tool
  FROM copied CROSS JOIN calls INDEXED BY calls_places ON calls.session = ?1 AND calls.place = old`;

interface Totals {
  readonly items: number;
  readonly messages: number;
  readonly last: number | null;
}

/**
 * Copies the source's items up to a place behind the first entry of a session that was just made, and brings its
 * counts, agents and last entry up to date.
 */
export function copyItems(db: Database, source: SessionState, end: number, session: SessionState): void {
  const first = ownPlaceOf(session.born);
  const mark = placeOf(session.born)?.mark ?? '';
  db.run(COPY_ITEMS_SQL, source.key, end, first, session.key, mark);
  db.run(COPY_CALLS_SQL, source.key, end, first, session.key);

  const totals = db.get<Totals>(
    `SELECT count(*) AS items, count(*) FILTER (WHERE role IN ('USER', 'ASSISTANT')) AS messages, max(place) AS last
     FROM entries WHERE session = ? AND kind = 'item'`,
    session.key,
  );
  const handoffs = db.all<{ agent: string }>(
    `SELECT agent FROM entries INDEXED BY entries_items
     WHERE session = ? AND kind = 'item' AND handoff_from IS NOT NULL ORDER BY place`,
    session.key,
  );
  const copied = handoffs.map(({ agent }) => JSON.parse(agent) as string);
  const agents = source.floorAgent === null ? copied : [source.floorAgent, ...copied];
  session.items = totals?.items ?? 0;
  session.messages = totals?.messages ?? 0;
  session.agent = agents.at(-1) ?? null;
  session.agents = [...new Set(agents)];
  if (typeof totals?.last === 'number') session.last = session.change = entryIdOf(totals.last, mark);
}
