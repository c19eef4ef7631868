import type { Write } from '../../core/store.ts';
import type { Keys } from './keys.ts';
import type { RedisLink } from './link.ts';
import type { Lists } from './lists.ts';

/** What every part of the store works with. */
export interface StoreContext {
  readonly link: RedisLink;
  readonly keys: Keys;
  readonly lists: Lists;
  /** Eight random characters of 0-9, A-Z, a-z. */
  readonly newMark: () => string;
  /** Milliseconds without writing after which a draft is abandoned. */
  readonly draftIdleMs: number;
}

/** The keys and the arguments that every write script begins with; see scripts/session.lua. */
export function writeHead(
  { link, keys, lists, newMark }: StoreContext,
  operation: string,
  write: Write,
): string[] {
  const { sessionId, owner = '', once } = write;
  return [
    ...(link.isSpread ? keys.writing(sessionId, once?.key) : keys.writingAlone(sessionId, once?.key)),
    sessionId,
    owner,
    newMark(),
    // As JSON the digest is one line, as the record needs it.
    once === undefined ? '' : `${operation} ${JSON.stringify(once.digest)}`,
    lists.prefix,
  ];
}
