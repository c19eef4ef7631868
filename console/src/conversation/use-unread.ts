import { useState } from 'react';
import type { Row } from './rows.ts';

/** Messages that came while one read further up. */
export function useUnread(rows: readonly Row[], isAtEnd: boolean): number {
  const newest = rows.at(-1)?.key ?? null;
  const [seen, setSeen] = useState(newest);
  if (isAtEnd && seen !== newest) setSeen(newest);
  return isAtEnd ? 0 : unreadAfter(rows, seen);
}

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
