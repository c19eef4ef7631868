import { NotFoundError } from '../../core/errors.ts';
import type { Session } from '../../core/session.ts';
import type { NewSession } from '../../core/store.ts';
import { decodeSession } from './codec.ts';
import { writeHead, type StoreContext } from './context.ts';
import { runWrite } from './keeping.ts';
import { idTaken } from './outcome.ts';
import { listOf } from './reply.ts';
import { reserve, settle, type Reservation } from './reservation.ts';

/** `SessionStore.create` */
export async function createSession(context: StoreContext, session: NewSession): Promise<Session> {
  const { once } = session;
  if (once === undefined) return make(context, session, null);
  const reservation = await reserve(context, session.userId, once, session.id);
  const wanted = { ...session, id: reservation.id };
  return settle(context, reservation, once, () => make(context, wanted, reservation));
}

async function make(
  context: StoreContext,
  session: NewSession,
  reservation: Reservation | null,
): Promise<Session> {
  const { id, userId, title, metadata, expiresAfter, ifExists } = session;
  const values = [
    ...writeHead(context, 'create', { sessionId: id, owner: userId }),
    JSON.stringify(title),
    JSON.stringify(metadata),
    expiresAfter === null ? '' : String(expiresAfter),
    ifExists,
    reservation?.name ?? '',
    reservation?.born ?? '',
  ];
  await context.lists.expect(userId, id);
  const reply = await runWrite(context, id, (client) => client.createSession(...values));
  const [outcome, snapshot, isNew] = listOf(reply);
  if (outcome === 'exists') throw idTaken();
  if (outcome === 'gone') throw new NotFoundError();
  const made = decodeSession(id, snapshot).session;
  await context.lists.wrote(made, isNew === 1);
  return made;
}
