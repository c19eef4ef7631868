import { ConflictError, StoreUnavailableError } from '../../core/errors.ts';
import type { Session } from '../../core/session.ts';
import type { Append, Once, Popped, Recalled, Update, Write, Written } from '../../core/store.ts';
import { broughtItems, decodeAppended, decodeNote, encodeConditions, encodeStep } from './append-codec.ts';
import { decodeLine, decodeSession, entryIdOf, type Snapshot } from './codec.ts';
import { writeHead, type StoreContext } from './context.ts';
import { runWrite } from './keeping.ts';
import { doneOf, keyTaken, type Done } from './outcome.ts';
import { listOf } from './reply.ts';
import { throwAfterWrite } from './reservation.ts';

/** `SessionStore.append` */
export async function append(context: StoreContext, write: Append): Promise<Written> {
  const values = writeHead(context, 'append', write);
  values.push(encodeConditions(write));
  for (const step of write.steps) values.push(...encodeStep(step, write.once));
  const reply = await runWrite(context, write.sessionId, (client) => client.appendSteps(...values));
  const { session, answer, isNew } = doneOf(write.sessionId, reply);
  await context.lists.wrote(session, isNew);
  // With another note the steps are others too, and cannot bring the texts of the first call's entries.
  if (decodeNote(answer) !== (write.note ?? '')) {
    throw new ConflictError('This idempotency key was used with another note. Recall it.');
  }
  return { session, entries: decodeAppended(answer, broughtItems(write.steps, write.once)) };
}

/** `SessionStore.recall` */
export async function recall(
  context: StoreContext,
  write: Write & { readonly once: Once },
): Promise<Recalled | null> {
  const reply = await context.link.run(context.keys.session(write.sessionId), (client) =>
    client.recallWrite(...writeHead(context, 'append', write)),
  );
  if (listOf(reply)[0] === 'none') return null;
  const { session, answer } = doneOf(write.sessionId, reply);
  return {
    session,
    note: decodeNote(answer),
    entries: (steps) => decodeAppended(answer, broughtItems(steps, write.once)),
  };
}

/** How often an update is tried while others change the metadata at the same time. */
const UPDATE_TRIES = 100;

/** `SessionStore.update` */
export async function update(context: StoreContext, write: Update): Promise<Session> {
  const { sessionId, title, expiresAfter, maxItems, metadata } = write;
  let current: Snapshot | null = null;
  if (metadata !== undefined) {
    // A repeat is answered before the metadata is asked for: of what is there now it may not be made again.
    const reply = await context.link.run(context.keys.session(sessionId), (client) =>
      client.recallWrite(...writeHead(context, 'update', write)),
    );
    const [outcome, snapshot] = listOf(reply);
    if (outcome !== 'none') return doneOf(sessionId, reply).session;
    current = decodeSession(sessionId, snapshot);
  }
  for (let tries = 0; tries < UPDATE_TRIES; tries++) {
    const changed = metadata !== undefined && current !== null ? metadata(current.session.metadata) : null;
    const revision = current?.revision ?? '';
    const values = [
      ...writeHead(context, 'update', write),
      title === undefined ? '' : JSON.stringify(title),
      expiresAfter === undefined ? '' : String(expiresAfter),
      changed === null ? '' : JSON.stringify(changed),
      revision,
      maxItems === undefined ? '' : String(maxItems),
    ];
    const reply = await runWrite(context, sessionId, (client) => client.updateSession(...values));
    const [outcome, snapshot] = listOf(reply);
    if (outcome !== 'stale') return trimmed(context, await listed(context, doneOf(sessionId, reply)));
    current = decodeSession(sessionId, snapshot);
  }
  throw new StoreUnavailableError('Too many others change the metadata of this session. Try again later.');
}

/** The session when no item is too many; each script takes away but so many. */
async function trimmed(context: StoreContext, updated: Session): Promise<Session> {
  let session = updated;
  while (session.maxItems !== null && session.itemCount > session.maxItems) {
    const left = session.itemCount;
    const head = writeHead(context, 'trim', { sessionId: session.id });
    const reply = await context.link
      .run(context.keys.session(session.id), (client) => client.trimSession(...head))
      .catch(throwAfterWrite);
    const [outcome, snapshot] = listOf(reply);
    if (outcome !== 'ok') return session;
    session = decodeSession(session.id, snapshot).session;
    // Others write at the same time, and what one write added stays until the next.
    if (session.itemCount >= left) return session;
  }
  return session;
}

/** `SessionStore.pop` */
export async function pop(context: StoreContext, write: Write): Promise<Popped> {
  const head = writeHead(context, 'pop', write);
  const reply = await runWrite(context, write.sessionId, (client) => client.popItem(...head));
  const { session, answer, isNew } = doneOf(write.sessionId, reply);
  if (answer === '') return { session, entry: null };
  await context.lists.wrote(session, isNew);
  const [prev, line = ''] = answer.split('\n');
  const entry = decodeLine(line, entryIdOf(prev));
  if (entry.kind !== 'item') throw new TypeError('What was popped is no item.');
  return { session, entry };
}

/** `SessionStore.clear` */
export async function clear(context: StoreContext, write: Write): Promise<Session> {
  const head = writeHead(context, 'clear', write);
  const reply = await runWrite(context, write.sessionId, (client) => client.clearSession(...head));
  return listed(context, doneOf(write.sessionId, reply));
}

/** `SessionStore.delete` */
export async function remove(context: StoreContext, write: Write): Promise<boolean> {
  const reply = await context.link.run(context.keys.session(write.sessionId), (client) =>
    client.deleteSession(...writeHead(context, 'delete', write)),
  );
  const [outcome, owner] = listOf(reply);
  if (outcome === 'conflict') throw keyTaken();
  if (typeof owner === 'string') await context.lists.removed(owner, write.sessionId);
  return outcome === 'ok';
}

async function listed(context: StoreContext, { session, isNew }: Done): Promise<Session> {
  await context.lists.wrote(session, isNew);
  return session;
}
