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
): Promise<readonly (Moment | null | undefined)[]> {
  if (ids.length === 0) return [];
  const { found, now } = await look(context, ids);
  const idle = ids.filter((_id, index) => hasPassed(found[index]?.[2], now));
  if (idle.length === 0) return found.map(momentOf);
  await Promise.all(idle.map((id) => keepBeforeReading(context, id)));
  return (await look(context, ids)).found.map(momentOf);
}

type Ends = readonly (string | null)[] | undefined;

/** Reads what tells of each end, where its node can be reached, and the clock; sent as one, as far as one node is asked. */
async function look({ link, keys }: StoreContext, ids: readonly string[]) {
  const outcomes = Promise.allSettled(
    ids.map((id) => {
      const key = keys.session(id);
      return link.read(key, (client) => client.hmget(key, 'last', 'drafts', 'idle'));
    }),
  );
  const clocks = link.readEverywhere((client) => client.time()).catch(() => []);
  const [settled, [now = []]] = await Promise.all([outcomes, clocks]);
  const failures = settled.filter((outcome) => outcome.status === 'rejected');
  const [failure] = failures;
  if (failure !== undefined && failures.length === ids.length) throw failure.reason;
  const found = settled.map((outcome): Ends => (outcome.status === 'fulfilled' ? outcome.value : undefined));
  return { found, now };
}

function momentOf(found: Ends): Moment | null | undefined {
  if (found === undefined) return undefined;
  const [last, drafts] = found;
  if (last === null || last === undefined) return null;
  return { entry: entryIdOf(last), drafts: drafts ?? '' };
}

/** Whether a session's `idle` has passed, by a clock of Redis: those of servers differ more. */
function hasPassed(idle: string | null | undefined, [seconds, micros]: readonly unknown[]): boolean {
  if (idle === '' || idle === null || idle === undefined || seconds === undefined) return false;
  return Number(seconds) * 1000 + Number(micros) / 1000 >= Number(idle);
}
