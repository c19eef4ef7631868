import { ConflictError, NotFoundError, StoreTimeoutError, StoreUnavailableError } from '../../core/errors.ts';
import type { Session } from '../../core/session.ts';
import type { NewSession, Once } from '../../core/store.ts';
import { decodeSession } from './codec.ts';
import { writeHead, type StoreContext } from './context.ts';
import { keyTaken } from './outcome.ts';
import { listOf, textOf } from './reply.ts';

const DAY_SECONDS = 24 * 60 * 60;

/** What an idempotency key of an owner stands for. */
interface Reservation {
  /** The key's name, by which a session knows that this key made it. */
  readonly name: string;
  readonly id: string;
  /** Whether the session has been made: when it is gone then, it was deleted. */
  readonly done: boolean;
}

/** `SessionStore.create` */
export async function createSession(context: StoreContext, session: NewSession): Promise<Session> {
  if (session.once === undefined) return make(context, session, null);
  const reservation = await reserve(context, session, session.once);
  const made = await make(context, { ...session, id: reservation.id }, reservation);
  if (!reservation.done) await markDone(context, reservation, session.once);
  return made;
}

async function make(
  context: StoreContext,
  session: NewSession,
  reservation: Reservation | null,
): Promise<Session> {
  const { id, userId, title, metadata, expiresAfter, ifExists } = session;
  const reply = await context.link.run((client) =>
    client.createSession(
      ...writeHead(context, 'create', { sessionId: id, owner: userId }),
      JSON.stringify(title),
      JSON.stringify(metadata),
      expiresAfter === null ? '' : String(expiresAfter),
      ifExists,
      reservation?.name ?? '',
      reservation?.done === true ? 'done' : '',
    ),
  );
  const [outcome, snapshot] = listOf(reply);
  if (outcome === 'exists') throw new ConflictError('There is a session with this id already.');
  if (outcome === 'gone') throw new NotFoundError();
  return decodeSession(id, snapshot).session;
}

/** Takes the key for this id, unless it stands for another already, which is then the one to make. */
async function reserve({ link, keys }: StoreContext, session: NewSession, once: Once): Promise<Reservation> {
  const name = keys.reservation(session.userId, once.key);
  const wanted = encodeReservation(once, session.id, false);
  const found = await link.run((client) => client.set(name, wanted, 'EX', DAY_SECONDS, 'NX', 'GET'));
  if (found === null) return { name, id: session.id, done: false };
  const [digest, id, done] = listOf(JSON.parse(found));
  if (digest !== once.digest) throw keyTaken();
  return { name, id: textOf(id), done: done === true };
}

async function markDone({ link }: StoreContext, { name, id }: Reservation, once: Once): Promise<void> {
  try {
    await link.run((client) => client.set(name, encodeReservation(once, id, true), 'KEEPTTL', 'XX'));
  } catch (error) {
    if (!(error instanceof StoreUnavailableError)) throw error;
    // The session has been made, so this must not say that nothing was written.
    throw new StoreTimeoutError(
      'The store went away during the write. Repeat with the same idempotency key.',
      {},
      { cause: error },
    );
  }
}

function encodeReservation(once: Once, id: string, done: boolean): string {
  return JSON.stringify([once.digest, id, done]);
}
