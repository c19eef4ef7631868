import type { Redis } from 'ioredis';
import { StoreUnavailableError } from '../../core/errors.ts';
import { decodeSession } from './codec.ts';
import { writeHead, type StoreContext } from './context.ts';
import { listOf } from './reply.ts';

/**
 * Sends a write script; when it answers that drafts may have been abandoned, and so has written nothing, they are kept
 * first and it is sent again.
 */
export async function runWrite(
  context: StoreContext,
  sessionId: string,
  send: (client: Redis) => Promise<unknown>,
): Promise<unknown> {
  for (;;) {
    const reply = await context.link.run(context.keys.session(sessionId), send);
    if (listOf(reply)[0] !== 'idle') return reply;
    await keepAbandoned(context, sessionId);
  }
}

/** Makes items of a session's abandoned drafts. It can be repeated at will. */
async function keepAbandoned(context: StoreContext, sessionId: string): Promise<void> {
  const head = writeHead(context, 'keep', { sessionId });
  const reply = await context.link.read(context.keys.session(sessionId), (client) =>
    client.keepAbandoned(...head, String(context.draftIdleMs)),
  );
  if (reply === null) return;
  const [snapshot, isNew] = listOf(reply);
  await context.lists.wrote(decodeSession(sessionId, snapshot).session, isNew === 1);
}

/** The same before something is read: a Redis that refuses to write is read as it is. */
export async function keepBeforeReading(context: StoreContext, sessionId: string): Promise<void> {
  try {
    await keepAbandoned(context, sessionId);
  } catch (error) {
    if (!(error instanceof StoreUnavailableError)) throw error;
  }
}

/**
 * Sends a script that only reads; when it answers that drafts may have been abandoned, they are kept first and it is
 * sent again. Gives the second value of its reply; null when there is no session.
 */
export async function readKept(
  context: StoreContext,
  sessionId: string,
  send: () => Promise<unknown>,
): Promise<unknown> {
  let reply = await send();
  if (reply !== null && listOf(reply)[0] === 1) {
    await keepBeforeReading(context, sessionId);
    reply = await send();
  }
  return reply === null ? null : listOf(reply)[1];
}
