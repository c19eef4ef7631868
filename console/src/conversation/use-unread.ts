import { useState } from 'react';
import type { Row } from './rows.ts';
import { unreadAfter } from './unread.ts';

/** Messages that came while one read further up. */
export function useUnread(rows: readonly Row[], isAtEnd: boolean): number {
  const newest = rows.at(-1)?.key ?? null;
  const [seen, setSeen] = useState(newest);
  if (isAtEnd && seen !== newest) setSeen(newest);
  return isAtEnd ? 0 : unreadAfter(rows, seen);
}
