import { CodedError, isRetryable, StoreTimeoutError, StoreUnavailableError } from '../../core/errors.ts';
import type { Session } from '../../core/session.ts';
import type { Once } from '../../core/store.ts';
import type { StoreContext } from './context.ts';
import { keyTaken } from './outcome.ts';
import { listOf, textOf } from './reply.ts';

const DAY_SECONDS = 24 * 60 * 60;

/** What an idempotency key of an owner stands for. */
export interface Reservation {
  /** The key's name, by which a session knows that this key made it. */
  readonly name: string;
  readonly id: string;
  /** First entry of the session that was made or found; null before. When the id has no such session, it was deleted. */
  readonly born: string | null;
}

/**
 * What an owner's key stands for, or null.
 * @throws ConflictError when it was used with another digest.
 */
export async function findReservation(
  { link, keys }: StoreContext,
  owner: string,
  once: Once,
): Promise<Reservation | null> {
  const name = keys.reservation(owner, once.key);
  const found = await link.run(name, (client) => client.get(name));
  return found === null ? null : decodeReservation(name, found, once);
}

/**
 * Takes the key for this id, unless it stands for another already, which is then the one to make.
 * @throws ConflictError when it was used with another digest.
 */
export async function reserve(
  { link, keys }: StoreContext,
  owner: string,
  once: Once,
  id: string,
): Promise<Reservation> {
  const name = keys.reservation(owner, once.key);
  const wanted = encodeReservation(once, id, null);
  const found = await link.run(name, (client) => client.set(name, wanted, 'EX', DAY_SECONDS, 'NX', 'GET'));
  return found === null ? { name, id, born: null } : decodeReservation(name, found, once);
}

/**
 * Does what the key was reserved for, and remembers its session; a failure that is known for sure leaves the key free.
 * @throws What `work` throws.
 */
export async function settle(
  { link }: StoreContext,
  { name, id, born }: Reservation,
  once: Once,
  work: () => Promise<Session>,
): Promise<Session> {
  const end = (outcome: string): Promise<unknown> =>
    link.run(name, (client) => client.settleKey(name, encodeReservation(once, id, null), outcome));
  let session: Session;
  try {
    session = await work();
  } catch (error) {
    if (born === null && error instanceof CodedError && !isRetryable(error.code)) await end('');
    throw error;
  }
  if (born === null) await end(encodeReservation(once, id, session.born)).catch(throwAfterWrite);
  return session;
}

/** The session has been made, so this must not say that nothing was written. */
function throwAfterWrite(error: unknown): never {
  if (!(error instanceof StoreUnavailableError)) throw error;
  throw new StoreTimeoutError(
    'The store went away during the write. Repeat with the same idempotency key.',
    {},
    { cause: error },
  );
}

function encodeReservation(once: Once, id: string, born: string | null): string {
  return JSON.stringify([once.digest, id, born]);
}

function decodeReservation(name: string, text: string, once: Once): Reservation {
  const [digest, id, born] = listOf(JSON.parse(text));
  if (digest !== once.digest) throw keyTaken();
  return { name, id: textOf(id), born: born === null ? null : textOf(born) };
}
