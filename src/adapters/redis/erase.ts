import type { ErasedRest, ErasedSession } from '../../core/erased.ts';
import type { StoreContext } from './context.ts';
import { keysThatBegin } from './scan.ts';
import { remove } from './writes.ts';

const REMAINS: readonly string[] = [
  'The append-only file of Redis until it is rewritten (BGREWRITEAOF), and its snapshot until the next (BGSAVE).',
  'Replicas until they have followed, and backups until they are thrown away.',
];

/** `SessionStore.erase` */
export async function eraseUser(
  context: StoreContext,
  userId: string,
  onErased: (session: ErasedSession) => void,
): Promise<ErasedRest> {
  const { link, keys, lists } = context;
  let records = 0;
  for await (const names of keysThatBegin(link, keys.prefix)) {
    const gone = await Promise.all(names.map((name) => eraseKey(context, userId, name, onErased)));
    records += gone.filter(Boolean).length;
  }
  // Puts the list right: with no session left it is no key any more.
  await lists.page(userId, { count: 1, from: 'start' });
  return { records, remains: REMAINS };
}

/** Whether it was a record under the user's name, which is gone now. */
async function eraseKey(
  context: StoreContext,
  userId: string,
  name: string,
  onErased: (session: ErasedSession) => void,
): Promise<boolean> {
  const { link, keys } = context;
  if (name.startsWith(keys.reservations(userId))) return unlink(context, [name]);
  if (!name.startsWith(keys.sessionPrefix)) return false;
  const [, id, rest = ''] = OWN_KEY.exec(name.slice(keys.sessionPrefix.length)) ?? [];
  if (id === undefined) return false;
  if (rest.startsWith(RECORD)) {
    const record = await link.read(name, (client) => client.getrange(name, 0, RECORD_BYTES));
    return isDeletionFor(record, userId) && unlink(context, [name]);
  }
  const [, mark] = STAGING.exec(rest) ?? [];
  if (rest !== '' && mark === undefined) return false;
  const [owner, items] = await link.read(name, (client) => client.hmget(name, 'owner', 'items'));
  if (owner !== userId) return false;
  if (mark !== undefined) return unlink(context, keys.staging(id, mark));
  if (await remove(context, { sessionId: id, owner: userId })) onErased({ id, items: Number(items) });
  return false;
}

/** The name of a key of a session behind the first brace: its id, and what follows it. */
const OWN_KEY = /^([A-Za-z0-9_-]{1,128})\}([^]*)$/;
/** The hash of a session in the making. */
const STAGING = /^:fork:([0-9A-Za-z]+)$/;
const RECORD = ':op:';
/** A deletion's record is no longer; those of other writes may hold items. */
const RECORD_BYTES = 4096;

/** Whether a record is that of a deletion, which outlives its session, and names the user; see scripts/delete-session.lua. */
function isDeletionFor(record: string, userId: string): boolean {
  const [, operation = '', ...owner] = record.split('\n');
  return operation.startsWith('delete ') && owner.join('\n') === userId;
}

/** The keys share a hash tag. */
async function unlink({ link }: StoreContext, names: readonly string[]): Promise<boolean> {
  const [key = ''] = names;
  return (await link.run(key, (client) => client.unlink(...names))) > 0;
}
