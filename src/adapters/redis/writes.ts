import { ConflictError, StoreUnavailableError } from '../../core/errors.ts';
import type { NewItem } from '../../core/log.ts';
import type { Session } from '../../core/session.ts';
import type { Append, AppendStep, Once, Popped, Recalled, Update, Write, Written } from '../../core/store.ts';
import {
  decodeAppended,
  decodeLine,
  decodeNote,
  decodeSession,
  encodeHeader,
  encodeName,
  entryIdOf,
  type Snapshot,
} from './codec.ts';
import { writeHead, type StoreContext } from './context.ts';
import { doneOf, keyTaken } from './outcome.ts';
import { listOf } from './reply.ts';

/** `SessionStore.append` */
export async function append(context: StoreContext, write: Append): Promise<Written> {
  const reply = await context.link.run((client) =>
    client.appendSteps(
      ...writeHead(context, 'append', write),
      write.ifEnd ?? '',
      write.ifAgent === undefined ? '' : JSON.stringify(write.ifAgent),
      (write.remove ?? []).map((entry) => `${entry} `).join(''),
      write.note ?? '',
      ...write.steps.flatMap(encodeStep),
    ),
  );
  const { session, answer } = doneOf(write.sessionId, reply);
  // With another note the steps are others too, and cannot bring the texts of the first call's entries.
  if (decodeNote(answer) !== (write.note ?? '')) {
    throw new ConflictError('This idempotency key was used with another note. Recall it.');
  }
  return { session, entries: decodeAppended(answer, itemsOf(write.steps)) };
}

/** `SessionStore.recall` */
export async function recall(
  context: StoreContext,
  write: Write & { readonly once: Once },
): Promise<Recalled | null> {
  const reply = await context.link.run((client) =>
    client.recallWrite(...writeHead(context, 'append', write)),
  );
  if (listOf(reply)[0] === 'none') return null;
  const { session, answer } = doneOf(write.sessionId, reply);
  return {
    session,
    note: decodeNote(answer),
    entries: (steps) => decodeAppended(answer, itemsOf(steps)),
  };
}

function itemsOf(steps: readonly AppendStep[]): readonly NewItem[] {
  return steps.flatMap((step) => (step.kind === 'item' ? step.item : []));
}

/** The seven values of a step; see scripts/append.lua. */
function encodeStep(step: AppendStep): string[] {
  if (step.kind === 'agent') return [encodeName(step.name), '', '', '', '', '', ''];
  const { agent, metadata, call, resultOf, raw } = step.item;
  return [
    encodeName(agent),
    encodeHeader(step.item),
    metadata,
    call?.id ?? '',
    encodeName(call?.name ?? null),
    resultOf ?? '',
    raw,
  ];
}

/** How often an update is tried while others change the metadata at the same time. */
const UPDATE_TRIES = 100;

/** `SessionStore.update` */
export async function update(context: StoreContext, write: Update): Promise<Session> {
  const { sessionId, title, expiresAfter, metadata } = write;
  let current: Snapshot | null = null;
  if (metadata !== undefined) {
    // A repeat is answered before the metadata is asked for: of what is there now it may not be made again.
    const reply = await context.link.run((client) =>
      client.recallWrite(...writeHead(context, 'update', write)),
    );
    const [outcome, snapshot] = listOf(reply);
    if (outcome !== 'none') return doneOf(sessionId, reply).session;
    current = decodeSession(sessionId, snapshot);
  }
  for (let tries = 0; tries < UPDATE_TRIES; tries++) {
    const changed = metadata !== undefined && current !== null ? metadata(current.session.metadata) : null;
    const revision = current?.revision ?? '';
    const reply = await context.link.run((client) =>
      client.updateSession(
        ...writeHead(context, 'update', write),
        title === undefined ? '' : JSON.stringify(title),
        expiresAfter === undefined ? '' : String(expiresAfter),
        changed === null ? '' : JSON.stringify(changed),
        revision,
      ),
    );
    const [outcome, snapshot] = listOf(reply);
    if (outcome !== 'stale') return doneOf(sessionId, reply).session;
    current = decodeSession(sessionId, snapshot);
  }
  throw new StoreUnavailableError('Too many others change the metadata of this session. Try again later.');
}

/** `SessionStore.pop` */
export async function pop(context: StoreContext, write: Write): Promise<Popped> {
  const reply = await context.link.run((client) => client.popItem(...writeHead(context, 'pop', write)));
  const { session, answer } = doneOf(write.sessionId, reply);
  if (answer === '') return { session, entry: null };
  const [prev, line = ''] = answer.split('\n');
  const entry = decodeLine(line, entryIdOf(prev));
  if (entry.kind !== 'item') throw new TypeError('What was popped is no item.');
  return { session, entry };
}

/** `SessionStore.clear` */
export async function clear(context: StoreContext, write: Write): Promise<Session> {
  const reply = await context.link.run((client) =>
    client.clearSession(...writeHead(context, 'clear', write)),
  );
  return doneOf(write.sessionId, reply).session;
}

/** `SessionStore.delete` */
export async function remove(context: StoreContext, write: Write): Promise<boolean> {
  const reply = await context.link.run((client) =>
    client.deleteSession(...writeHead(context, 'delete', write)),
  );
  const [outcome] = listOf(reply);
  if (outcome === 'conflict') throw keyTaken();
  return outcome === 'ok';
}
