import type { Row } from './rows.ts';

/** Messages after the row that was seen last. */
export function unreadAfter(rows: readonly Row[], seen: string | null): number {
  let unread = 0;
  for (let index = rows.length - 1; index >= 0; index--) {
    const row = rows[index];
    if (row === undefined || row.key === seen) return unread;
    if (row.kind === 'message' || row.kind === 'draft') unread++;
  }
  // What was seen last is no more: nothing is known to be new.
  return 0;
}
