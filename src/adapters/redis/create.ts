import { NotFoundError } from '../../core/errors.ts';
import type { Session } from '../../core/session.ts';
import type { NewSession } from '../../core/store.ts';
import { decodeSession } from './codec.ts';
import { writeHead, type StoreContext } from './context.ts';
import { idTaken } from './outcome.ts';
import { listOf } from './reply.ts';
import { markDone, reserve, type Reservation } from './reservation.ts';

/** `SessionStore.create` */
export async function createSession(context: StoreContext, session: NewSession): Promise<Session> {
  if (session.once === undefined) return make(context, session, null);
  const reservation = await reserve(context, session.userId, session.once, session.id);
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
  if (outcome === 'exists') throw idTaken();
  if (outcome === 'gone') throw new NotFoundError();
  return decodeSession(id, snapshot).session;
}
