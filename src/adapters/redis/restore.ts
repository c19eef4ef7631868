import { StoreUnavailableError } from '../../core/errors.ts';
import type { RestoredItem, RestoredSession } from '../../core/restored.ts';
import type { Session } from '../../core/session.ts';
import { decodeSession, encodeHeader, encodeName } from './codec.ts';
import type { StoreContext } from './context.ts';
import { idTaken } from './outcome.ts';
import { listOf, textOf } from './reply.ts';

/** `SessionStore.restore` */
export async function restoreSession(
  context: StoreContext,
  wanted: RestoredSession,
  batches: AsyncIterable<readonly RestoredItem[]>,
): Promise<Session> {
  const { link, keys, newMark } = context;
  const key = keys.session(wanted.id);
  // Only to spare the work: what decides is whether the id is free at the end.
  if ((await link.read(key, (client) => client.exists(key))) === 1) throw idTaken();
  const mark = newMark();
  try {
    const last = await stage(context, wanted, batches, mark);
    return await publish(context, wanted, mark, last);
  } catch (error) {
    // What stays goes by itself; why it is not wanted is what is to be told.
    await link.run(key, (client) => client.unlink(...keys.staging(wanted.id, mark))).catch(() => undefined);
    throw error;
  }
}

/** The last entry of what now stands in the staging keys. */
async function stage(
  { link, keys, lists }: StoreContext,
  { id, userId, createdAt, updatedAt, currentAgent, agentsUsed }: RestoredSession,
  batches: AsyncIterable<readonly RestoredItem[]>,
  mark: string,
): Promise<string> {
  let last = '';
  let before: string | null | undefined;
  const send = async (end: readonly string[], items: readonly RestoredItem[]): Promise<void> => {
    const head = [...keys.staging(id, mark), id, userId, mark, '', lists.prefix, last];
    const values = [...head, String(createdAt), ...end, ...items.flatMap(encodeItem)];
    const reply = await link.run(keys.session(id), (client) => client.restoreItems(...values));
    if (reply === null) throw new StoreUnavailableError('What was restored already is lost. Try again.');
    last = textOf(reply);
  };
  for await (const items of batches) {
    if (before === undefined) before = items.find(({ item }) => item.handoff)?.from;
    await send(['', '', '', ''], items);
  }
  // Without a hand-off the agent was the same all the time.
  const base = before === undefined ? currentAgent : before;
  const agents = `\n${agentsUsed.map((agent) => `${encodeName(agent)}\n`).join('')}`;
  await send([String(updatedAt), encodeName(currentAgent), agents, encodeName(base)], []);
  return last;
}

async function publish(
  { link, keys, lists }: StoreContext,
  { id, userId, title, metadata, expiresAfter, maxItems }: RestoredSession,
  mark: string,
  last: string,
): Promise<Session> {
  const limit = (value: number | null): string => (value === null ? '' : String(value));
  await lists.expect(userId, id);
  const reply = await link.run(keys.session(id), (client) =>
    client.forkSession(
      ...keys.holding(id),
      ...keys.staging(id, mark),
      ...[id, userId, mark, '', lists.prefix],
      ...[
        JSON.stringify(title),
        JSON.stringify(metadata),
        limit(expiresAfter),
        '',
        '',
        last,
        limit(maxItems),
      ],
    ),
  );
  const [outcome, snapshot, isNew] = listOf(reply);
  if (outcome === 'exists') throw idTaken();
  if (outcome !== 'ok') throw new StoreUnavailableError('What was restored is lost. Try again.');
  const { session } = decodeSession(id, snapshot);
  await lists.wrote(session, isNew === 1);
  return session;
}

/** The values of an item; see scripts/restore-items.lua. */
function encodeItem({ item, at, call, from }: RestoredItem): readonly string[] {
  const more = item.handoff
    ? ['f', encodeName(from ?? null)]
    : call === null
      ? []
      : ['c', call.id, 'n', encodeName(call.name)];
  const values = [
    ...['a', encodeName(item.agent), 'h', encodeHeader(item), 'd', item.metadata],
    ...['t', encodeName(item.toolName), 'r', item.raw, ...more],
  ];
  return [String(at), item.handoff ? 'h' : 'i', String(values.length), ...values];
}
