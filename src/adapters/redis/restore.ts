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
  // Only to spare the work: what decides is whether the id is free at the end.
  if ((await link.read((client) => client.exists(keys.session(wanted.id)))) === 1) throw idTaken();
  const mark = newMark();
  try {
    const last = await stage(context, wanted, batches, mark);
    return await publish(context, wanted, mark, last);
  } catch (error) {
    // What stays goes by itself; why it is not wanted is what is to be told.
    await link.run((client) => client.unlink(...keys.staging(wanted.id, mark))).catch(() => undefined);
    throw error;
  }
}

/** The last entry of what now stands in the staging keys. */
async function stage(
  { link, keys }: StoreContext,
  { id, userId, createdAt, updatedAt, currentAgent, agentsUsed }: RestoredSession,
  batches: AsyncIterable<readonly RestoredItem[]>,
  mark: string,
): Promise<string> {
  let last = '';
  let before: string | null | undefined;
  const send = async (end: readonly string[], items: readonly RestoredItem[]): Promise<void> => {
    const head = [...keys.staging(id, mark), id, userId, mark, '', keys.indexPrefix, last];
    const values = [...head, String(createdAt), ...end, ...items.flatMap(encodeItem)];
    const reply = await link.run((client) => client.restoreItems(...values));
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
  { link, keys }: StoreContext,
  { id, userId, title, metadata, expiresAfter, maxItems }: RestoredSession,
  mark: string,
  last: string,
): Promise<Session> {
  const limit = (value: number | null): string => (value === null ? '' : String(value));
  const reply = await link.run((client) =>
    client.forkSession(
      ...keys.holding(id),
      ...keys.staging(id, mark),
      ...[id, userId, mark, '', keys.indexPrefix],
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
  const [outcome, snapshot] = listOf(reply);
  if (outcome === 'exists') throw idTaken();
  if (outcome !== 'ok') throw new StoreUnavailableError('What was restored is lost. Try again.');
  return decodeSession(id, snapshot).session;
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
