import type { Moment } from '../../core/live.ts';
import type { Session } from '../../core/session.ts';
import { decodeSession, entryIdOf } from './codec.ts';
import type { StoreContext } from './context.ts';
import { keepBeforeReading, readKept } from './keeping.ts';

/** `SessionStore.get` */
export async function get(context: StoreContext, id: string): Promise<Session | null> {
  const { link, keys } = context;
  const reply = await readKept(context, id, () =>
    link.read(keys.session(id), (client) => client.readSession(keys.session(id))),
  );
  return reply === null ? null : decodeSession(id, reply).session;
}

/** `SessionStore.ends` */
export async function ends(
  context: StoreContext,
  ids: readonly string[],
): Promise<readonly (Moment | null)[]> {
  const { link, keys } = context;
  const [first] = ids;
  if (first === undefined) return [];
  // Sent as one, as far as they go to one node.
  const look = () => {
    const found = ids.map((id) => {
      const key = keys.session(id);
      return link.read(key, (client) => client.hmget(key, 'last', 'drafts', 'idle'));
    });
    const time = link.read(keys.session(first), (client) => client.time());
    return Promise.all([Promise.all(found), time]);
  };
  const [found, now] = await look();
  const idle = ids.filter((_id, index) => hasPassed(found[index]?.[2], now));
  if (idle.length === 0) return found.map(momentOf);
  await Promise.all(idle.map((id) => keepBeforeReading(context, id)));
  const [kept] = await look();
  return kept.map(momentOf);
}

function momentOf([last, drafts]: readonly (string | null)[]): Moment | null {
  if (last === null) return null;
  return { entry: entryIdOf(last), drafts: drafts ?? '' };
}

/** Whether a session's `idle` has passed, by a clock of Redis: those of servers differ more. */
function hasPassed(idle: string | null | undefined, [seconds, micros]: readonly unknown[]): boolean {
  if (idle === '' || idle === null || idle === undefined) return false;
  return Number(seconds) * 1000 + Number(micros) / 1000 >= Number(idle);
}
