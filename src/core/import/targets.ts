import type { Digest } from '../once.ts';
import { isSessionId } from '../session.ts';
import { FOREIGN_FORMATS, type ForeignConversation } from './foreign.ts';

/** A conversation and the session that it becomes. */
export interface Target {
  readonly conversation: ForeignConversation;
  readonly sessionId: string;
}

/** Characters of a refused id that stay readable; what tells such ids apart comes after them. */
const READABLE = 100;

/**
 * Gives each conversation its session. An id that a session may have is kept; any other, and one that another
 * conversation has already, becomes `<the id, with - for what it may not hold>-<16 letters and digits of a digest>`:
 * the same in every import. The conversation that was silent longest comes first, so that lists by last activity are
 * in the old order.
 */
export function targetsOf(conversations: readonly ForeignConversation[], digest: Digest): Target[] {
  const taken = new Set<string>();
  // Which of two keeps its id must not depend on what changes between two imports, so not on activity.
  const targets = conversations.toSorted(byName).map((conversation): Target => {
    const { id, format, key } = conversation;
    if (!isSessionId(id) || taken.has(id)) {
      return { conversation, sessionId: replacement(id, digest(`${format} ${key}`)) };
    }
    taken.add(id);
    return { conversation, sessionId: id };
  });
  return targets.toSorted((a, b) => (a.conversation.updatedAt ?? 0) - (b.conversation.updatedAt ?? 0));
}

function replacement(id: string, digest: string): string {
  const readable = id.slice(0, READABLE).replaceAll(/[^A-Za-z0-9_-]+/g, '-');
  return `${readable}-${digest.replaceAll(/[^A-Za-z0-9]/g, '').slice(0, 16)}`;
}

function byName(a: ForeignConversation, b: ForeignConversation): number {
  if (a.format !== b.format) return FOREIGN_FORMATS.indexOf(a.format) - FOREIGN_FORMATS.indexOf(b.format);
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
}
