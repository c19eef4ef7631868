import { StoreTimeoutError, StoreUnavailableError } from '../../core/errors.ts';
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
  /** Whether the session has been made: when it is gone then, it was deleted. */
  readonly done: boolean;
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
  const found = await link.run((client) => client.get(name));
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
  const wanted = encodeReservation(once, id, false);
  const found = await link.run((client) => client.set(name, wanted, 'EX', DAY_SECONDS, 'NX', 'GET'));
  return found === null ? { name, id, done: false } : decodeReservation(name, found, once);
}

/** Remembers that the session has been made. */
export async function markDone({ link }: StoreContext, { name, id }: Reservation, once: Once): Promise<void> {
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

function decodeReservation(name: string, text: string, once: Once): Reservation {
  const [digest, id, done] = listOf(JSON.parse(text));
  if (digest !== once.digest) throw keyTaken();
  return { name, id: textOf(id), done: done === true };
}
