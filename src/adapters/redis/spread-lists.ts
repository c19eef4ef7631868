import { StoreTimeoutError, StoreUnavailableError } from '../../core/errors.ts';
import type { Session } from '../../core/session.ts';
import { decodeSession, timeOf } from './codec.ts';
import type { Keys } from './keys.ts';
import type { RedisLink } from './link.ts';
import type { Lists } from './lists.ts';
import { listOf, textOf } from './reply.ts';

export interface SpreadListsOptions {
  readonly link: RedisLink;
  readonly keys: Keys;
}

/** A member of a list, and what it says of when its session was last written to. */
interface Member {
  readonly id: string;
  readonly at: number;
}

/** What a list is to be told of a session. */
interface Touch {
  readonly userId: string;
  readonly id: string;
  /** See scripts/touch-list.lua. */
  readonly at: string;
  readonly isNew: boolean;
}

/** Milliseconds for which a member without a session may be that of one which is about to be made. */
const EXPECTED_MS = 10_000;
/** How often members are put where their sessions say before a page is given as it is: others write meanwhile. */
const TRIES = 3;
/** Writes that their lists have yet to hear of; a list that is read is put right as far as it is read. */
const KEPT = 10_000;
const AGAIN_MS = 500;

/**
 * Lists of a Cluster. A list is on another node than most of its sessions, so each write of a log is followed by one to
 * the list; what the list says is compared with the sessions whenever it is read.
 */
export function createSpreadLists({ link, keys }: SpreadListsOptions): Lists {
  /** What lists have yet to be told, by session and list. */
  const untold = new Map<string, Touch>();
  let again: NodeJS.Timeout | undefined;

  const touch = async ({ userId, id, at, isNew }: Touch): Promise<void> => {
    const key = keys.index(userId);
    await link.run(key, (client) => client.touchList(key, id, at, isNew ? '1' : ''));
  };

  const tell = async (news: Touch): Promise<void> => {
    const name = `${news.id} ${news.userId}`;
    untold.delete(name);
    try {
      await touch(news);
    } catch (error) {
      if (!(error instanceof StoreUnavailableError || error instanceof StoreTimeoutError)) throw error;
      // The session is written, and says so; the list follows when its node can be reached.
      untold.set(name, news);
      const [oldest] = untold.keys();
      if (untold.size > KEPT && oldest !== undefined) untold.delete(oldest);
      tellLater();
    }
  };

  const tellLater = (): void => {
    again ??= setTimeout(() => {
      again = undefined;
      const [next] = untold.values();
      if (next === undefined) return;
      void tell(next).then(() => {
        for (const news of [...untold.values()]) void tell(news);
      });
    }, AGAIN_MS).unref();
  };

  const sessionOf = async (id: string): Promise<Session | null> => {
    const key = keys.session(id);
    const reply = await link.read(key, (client) => client.readSession(key));
    return reply === null ? null : decodeSession(id, listOf(reply)[1]).session;
  };

  return {
    prefix: '',
    expect: (userId, id) => touch({ userId, id, at: 'soon', isNew: false }),
    wrote: ({ id, userId, end }, isNew) => tell({ userId, id, at: String(timeOf(end)), isNew }),
    removed: (userId, id) => tell({ userId, id, at: '', isNew: true }),

    async page(userId, { count, from, after, before }) {
      const key = keys.index(userId);
      const place = [
        ...[after === undefined ? '' : String(after.updatedAt), after?.id ?? ''],
        ...[before === undefined ? '' : String(before.updatedAt), before?.id ?? ''],
      ];
      const ignored = new Set<string>();
      for (let tries = 1; ; tries++) {
        const reply = await link.read(key, (client) =>
          client.pageOfList(key, String(count), from, ...place, ...ignored),
        );
        const [now, above, below, ...rows] = listOf(reply);
        const members = membersOf(rows);
        const around = [...membersOf(listOf(above)), ...membersOf(listOf(below))];
        const found = new Map(
          await Promise.all(
            [...members, ...around].map(async ({ id }) => [id, await sessionOf(id)] as const),
          ),
        );
        const repairs: string[] = [];
        let isRight = true;
        for (const { id, at } of [...members, ...around]) {
          const session = found.get(id) ?? null;
          if (session === null || session.userId !== userId) {
            ignored.add(id);
            isRight = false;
            if (Number(now) - at > EXPECTED_MS) repairs.push(id, String(at), '');
          } else if (timeOf(session.end) !== at && tries <= TRIES) {
            isRight = false;
            repairs.push(id, String(at), String(timeOf(session.end)));
          }
        }
        if (repairs.length > 0) await link.read(key, (client) => client.repairList(key, ...repairs));
        if (!isRight) continue;
        return {
          sessions: members.flatMap(({ id }) => found.get(id) ?? []),
          hasNext: listOf(below).length > 0,
          hasPrevious: listOf(above).length > 0,
        };
      }
    },

    async signature(userId) {
      const key = keys.index(userId);
      const [count, at, ...ids] = listOf(await link.read(key, (client) => client.topOfList(key)));
      const lasts = await Promise.all(
        ids.map(async (id) => {
          const own = keys.session(textOf(id));
          return link.read(own, (client) => client.hget(own, 'last'));
        }),
      );
      return [count, at, ...ids, ...lasts].join(' ');
    },

    close() {
      clearTimeout(again);
      untold.clear();
    },
  };
}

/** From ids and times that follow each other. */
function membersOf(rows: readonly unknown[]): readonly Member[] {
  const members = [];
  for (let i = 0; i + 1 < rows.length; i += 2) members.push({ id: textOf(rows[i]), at: Number(rows[i + 1]) });
  return members;
}
