import { cursorOf } from './cursor.ts';
import { ConflictError, NotFoundError } from './errors.ts';
import type { Session } from './session.ts';
import type { SessionStore } from './store.ts';

/** Times that a write is planned anew because another one came between. */
const TRIES = 20;

/**
 * Runs a write whose steps depend on what the log holds: `write` reads the log up to the snapshot's end and appends with
 * that end as `ifEnd`. When items came or went in between it is run again on a new snapshot.
 * @throws NotFoundError; what `write` throws; ConflictError when others were faster every time.
 */
export async function withUnchangedLog<T>(
  store: SessionStore,
  sessionId: string,
  write: (session: Session) => Promise<T>,
): Promise<T> {
  for (let tries = 1; ; tries++) {
    const session = await store.get(sessionId);
    if (session === null) throw new NotFoundError();
    try {
      return await write(session);
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
      const now = await store.get(sessionId);
      // Of a snapshot that still holds, the conflict is the write's own.
      if (now === null || now.end === session.end) throw error;
      if (tries < TRIES) continue;
      const current = cursorOf(sessionId, now.end);
      throw new ConflictError(
        'Others changed the session each time. Try again.',
        { current },
        { cause: error },
      );
    }
  }
}
