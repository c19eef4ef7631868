import { CursorExpiredError, NotFoundError, StoreUnavailableError } from '../../core/errors.ts';
import type { Session } from '../../core/session.ts';
import type { Fork } from '../../core/store.ts';
import { decodeSession } from './codec.ts';
import type { StoreContext } from './context.ts';
import { copyItems, type Copied } from './copy.ts';
import { idTaken } from './outcome.ts';
import { listOf } from './reply.ts';
import { findReservation, reserve, settle, type Reservation } from './reservation.ts';
import { readSource } from './source.ts';

/** How often a copy is begun anew because the source has lost what was copied already. */
const COPY_TRIES = 20;

/** A fork whose owner is known, and that knows the id to make. */
interface Plan extends Fork {
  readonly owner: string;
  /** Of the entries of the new session, and of the names that it is copied to. */
  readonly mark: string;
  readonly reservation: Reservation | null;
}

/** `SessionStore.fork` */
export async function forkSession(context: StoreContext, wanted: Fork): Promise<Session> {
  const { once } = wanted;
  const start = { born: '', upTo: wanted.upTo ?? '', item: '', place: '' };
  const found = await readSource(context, wanted, start, { entries: 0, bytes: 0 });
  const owner = wanted.owner ?? ('source' in found ? found.source.userId : undefined);
  if (owner === undefined) throw new NotFoundError();
  // A repeat is answered also when the source has gone since.
  const earlier = once === undefined ? null : await findReservation(context, owner, once);
  if (earlier === null && found.state === 'expired') throw new CursorExpiredError();
  if (earlier === null && found.state !== 'ok') throw new NotFoundError();
  const plan = { ...wanted, owner, mark: context.newMark() };
  if (once === undefined) return make(context, { ...plan, reservation: null });
  const reservation = earlier ?? (await reserve(context, owner, once, wanted.newId));
  const newId = reservation.id;
  return settle(context, reservation, once, () => make(context, { ...plan, newId, reservation }));
}

async function make(context: StoreContext, plan: Plan): Promise<Session> {
  const present = await publish(context, plan, null);
  if (present !== null) return present;
  for (let tries = 0; tries < COPY_TRIES; tries++) {
    const copied = await copyItems(context, plan);
    const made = copied && (await publish(context, plan, copied));
    if (made !== null) return made;
  }
  throw new StoreUnavailableError('Too many others change the session that is copied. Try again later.');
}

/**
 * Gives the copy its names and what it takes from its source. null: the copy is missing.
 * @throws ConflictError, NotFoundError.
 */
async function publish(
  { link, keys, lists }: StoreContext,
  plan: Plan,
  copied: Copied | null,
): Promise<Session | null> {
  const { newId, owner, mark, reservation } = plan;
  const { title = null, metadata = {}, expiresAfter = null } = copied?.source ?? {};
  await lists.expect(owner, newId);
  const reply = await link.run(keys.session(newId), (client) =>
    client.forkSession(
      ...keys.holding(newId),
      ...keys.staging(newId, mark),
      ...[newId, owner, mark, '', lists.prefix],
      JSON.stringify(plan.title === undefined ? title : plan.title),
      JSON.stringify(metadata),
      expiresAfter === null ? '' : String(expiresAfter),
      reservation?.name ?? '',
      reservation?.born ?? '',
      copied?.last ?? '',
    ),
  );
  const [outcome, snapshot, isNew] = listOf(reply);
  switch (outcome) {
    case 'exists':
      throw idTaken();
    case 'gone':
      throw new NotFoundError();
    case 'copy':
      return null;
    default: {
      const made = decodeSession(newId, snapshot).session;
      await lists.wrote(made, isNew === 1);
      return made;
    }
  }
}
