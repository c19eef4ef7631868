import type { Session } from '../../core/session.ts';
import type { SessionPage, SessionPageRequest } from '../../core/store-reads.ts';
import { decodeSession } from './codec.ts';
import type { Keys } from './keys.ts';
import type { RedisLink } from './link.ts';
import { listOf, textOf } from './reply.ts';

/** The users' lists of sessions. */
export interface Lists {
  /** What write scripts put before a user's id to name a list; '' when they cannot write lists. */
  readonly prefix: string;
  /** A session is about to be made: from here on it is found, whatever happens to who makes it. */
  expect(userId: string, id: string): Promise<void>;
  /**
   * A write script has answered; `isNew` says whether it added entries just now, or did before. It is written already, so
   * this never rejects.
   */
  wrote(session: Pick<Session, 'id' | 'userId' | 'end'>, isNew: boolean): Promise<void>;
  /** A session is gone. This never rejects either. */
  removed(userId: string, id: string): Promise<void>;
  /** `SessionStore.list` */
  page(userId: string, request: SessionPageRequest): Promise<SessionPage>;
  /** `SessionStore.listSignatures`, for one user. */
  signature(userId: string): Promise<string>;
  close(): void;
}

/** Lists that are where the sessions are: the scripts that write a session write its list. */
export function createListsAtHand({ link, keys }: { readonly link: RedisLink; readonly keys: Keys }): Lists {
  const done = (): Promise<void> => Promise.resolve();
  return {
    prefix: keys.indexPrefix,
    expect: done,
    wrote: done,
    removed: done,
    async page(userId, { count, from, after, before }) {
      const place = [
        ...[after === undefined ? '' : String(after.updatedAt), after?.id ?? ''],
        ...[before === undefined ? '' : String(before.updatedAt), before?.id ?? ''],
      ];
      const key = keys.index(userId);
      for (;;) {
        const reply = await link.read(key, (client) =>
          client.listSessions(key, userId, keys.sessionPrefix, String(count), from, ...place),
        );
        // The list was put right in part, and each call leaves less to be put right.
        if (reply === null) continue;
        const [hasNext, hasPrevious, ...rows] = listOf(reply);
        const sessions = [];
        for (let i = 0; i + 1 < rows.length; i += 2)
          sessions.push(decodeSession(textOf(rows[i]), rows[i + 1]).session);
        return { sessions, hasNext: hasNext === 1, hasPrevious: hasPrevious === 1 };
      }
    },
    async signature(userId) {
      const key = keys.index(userId);
      return textOf(await link.read(key, (client) => client.signList(key, keys.sessionPrefix)));
    },
    close: () => undefined,
  };
}
