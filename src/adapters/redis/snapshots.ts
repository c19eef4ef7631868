import type { Moment } from '../../core/live.ts';
import type { Session } from '../../core/session.ts';
import { decodeSession, entryIdOf } from './codec.ts';
import type { StoreContext } from './context.ts';
import { keepBeforeReading, readKept } from './keeping.ts';
import type { RedisLink } from './link.ts';
import { readableParts } from './readable-parts.ts';
import { listOf, textsOf } from './reply.ts';

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

/** Sessions that are looked at in one command, where one node has them all: other callers wait no longer than for these. */
const AT_ONCE = 250;

/** Reads what tells of each end, where its node can be reached, and the clock; sent as one, as far as one node is asked. */
async function look({ link, keys }: StoreContext, ids: readonly string[]) {
  const names = ids.map((id) => keys.session(id));
  const reading = link.isSpread ? readEach(link, names) : readTogether(link, names);
  const clocks = link.readEverywhere((client) => client.time()).catch(() => []);
  const [found, [now = []]] = await Promise.all([reading, clocks]);
  return { found, now };
}

async function readTogether(link: RedisLink, names: readonly string[]): Promise<readonly Ends[]> {
  const chunks: string[][] = [];
  for (let i = 0; i < names.length; i += AT_ONCE) chunks.push(names.slice(i, i + AT_ONCE));
  const replies = await Promise.all(
    chunks.map((chunk) =>
      link.read(chunk[0] ?? '', (client) => client.readEnds(String(chunk.length), ...chunk)),
    ),
  );
  return replies.flatMap((reply) => listOf(reply).map((end) => (end === null ? undefined : textsOf(end))));
}

/** In a Cluster each session may be on another node. */
async function readEach(link: RedisLink, names: readonly string[]): Promise<readonly Ends[]> {
  return readableParts(
    names.map((name) => link.read(name, (client) => client.hmget(name, 'last', 'drafts', 'idle'))),
  );
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
