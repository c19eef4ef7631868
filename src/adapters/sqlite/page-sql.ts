import type { MessageRole } from '../../core/log.ts';
import { ENTRY_COLUMNS } from './entries.ts';

/**
 * The statements of item pages. Values, in this order: session key, lowest place, highest place (both inclusive), and
 * in pages the count.
 *
 * INDEXED BY pins the plans, so that they cost the same whatever the session's length and mix: a page of several
 * roles is a merge of one ordered search per role, which reads no further than the page.
 */
export function pageSql(roles: readonly MessageRole[] | undefined, from: 'start' | 'end'): string {
  const arms = conditions(roles).map((arm) => `SELECT ${ENTRY_COLUMNS} ${arm}`);
  return `${arms.join(' UNION ALL ')} ORDER BY place ${from === 'start' ? 'ASC' : 'DESC'} LIMIT ?4`;
}

/** A row when there is any such item between the places. */
export function existsSql(roles: readonly MessageRole[] | undefined): string {
  return `${conditions(roles)
    .map((arm) => `SELECT 1 ${arm}`)
    .join(' UNION ALL ')} LIMIT 1`;
}

function conditions(roles: readonly MessageRole[] | undefined): readonly string[] {
  const between = 'session = ?1 AND place >= ?2 AND place <= ?3';
  if (roles === undefined)
    return [`FROM entries INDEXED BY entries_items WHERE kind = 'item' AND ${between}`];
  return [...new Set(roles)].map(
    (role) => `FROM entries INDEXED BY entries_roles WHERE role = '${role}' AND ${between}`,
  );
}
