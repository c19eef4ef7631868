import { StoreUnavailableError } from '../../core/errors.ts';
import type { RestoredItem, RestoredSession } from '../../core/restored.ts';
import type { Session } from '../../core/session.ts';
import { keepCall } from './calls.ts';
import { countsAsMessage, tell, type Context } from './change.ts';
import { idTaken, newsOf } from './create.ts';
import { insertEntry } from './entries.ts';
import { purge, removeExpired, removeSession } from './purge.ts';
import { expiryOf, findSession, saveSession, sessionOf, toText, type SessionState } from './sessions.ts';

/** How long what a crash leaves of a session in the making stays. */
const STAGED_MS = 3_600_000;

/**
 * The row of a session in the making: no id and no owner that anybody can name. It expires as sessions do, if it is not
 * made whole.
 */
const STAGE_SQL = `INSERT INTO sessions
    (id, owner, metadata, agents, messages, items, created, updated, expires_at, born, last, change)
  VALUES (?, ?, '{}', '[]', 0, 0, 0, 0, ?, '', '', '')`;

/** What the owner of a session in the making is called, for who erases. */
export function stagedOwner(userId: string): string {
  return `restored ${toText(userId)}`;
}

/** @throws ConflictError, StoreUnavailableError, and what `batches` throws. */
export async function restoreSession(
  context: Context,
  wanted: RestoredSession,
  batches: AsyncIterable<readonly RestoredItem[]>,
): Promise<Session> {
  const { db, newMark } = context;
  const mark = newMark();
  const state = db.write(() => begin(context, wanted, mark));
  let before: string | null | undefined;
  try {
    for await (const items of batches) {
      if (before === undefined) before = items.find(({ item }) => item.handoff)?.from;
      db.write(() => add(context, state, items, mark));
    }
    // Without a hand-off the agent was the same all the time.
    state.floorAgent = before === undefined ? wanted.currentAgent : before;
    db.write(() => publish(context, state));
  } catch (error) {
    db.write(() => removeSession(db, state.key, stagedId(state.id, mark)));
    throw error;
  }
  tell(context, newsOf(state));
  return sessionOf(state);
}

function stagedId(id: string, mark: string): string {
  return `restored ${mark} ${id}`;
}

function begin({ db, clock }: Context, wanted: RestoredSession, mark: string): SessionState {
  const now = clock.now();
  purge(db, now);
  if (findSession(db, wanted.id, now) !== null) throw idTaken();
  const { id, userId, title, metadata, expiresAfter, maxItems, currentAgent, createdAt, updatedAt } = wanted;
  const key = db.run(STAGE_SQL, stagedId(id, mark), stagedOwner(userId), now + STAGED_MS);
  const born = insertEntry(db, key, null, { at: createdAt, mark }, { kind: 'created' });
  return {
    ...{ key, id, owner: userId, title, metadata, expiresAfter, expiresAt: null, maxItems },
    ...{ agent: currentAgent, agents: [...wanted.agentsUsed], messages: 0, items: 0 },
    ...{
      created: createdAt,
      updated: updatedAt,
      drafts: '',
      draftsWritten: null,
      floor: null,
      floorAgent: null,
    },
    ...{ born, last: born, change: born },
  };
}

function add(
  { db, clock }: Context,
  state: SessionState,
  items: readonly RestoredItem[],
  mark: string,
): void {
  const now = clock.now();
  const staged = db.get('SELECT 1 FROM sessions WHERE key = ? AND expires_at > ?', state.key, now);
  if (staged === undefined)
    throw new StoreUnavailableError('What was restored already has expired. Try again.');
  db.run('UPDATE sessions SET expires_at = ? WHERE key = ?', now + STAGED_MS, state.key);
  for (const { item, at, call, from } of items) {
    const body = { kind: 'item', item, ...(item.handoff && { from: from ?? null }) } as const;
    const id = insertEntry(db, state.key, state.last, { at, mark }, body);
    if (call !== null) keepCall(db, state.key, call, id);
    state.last = state.change = id;
    state.items += 1;
    if (countsAsMessage(item.role)) state.messages += 1;
  }
}

/** Gives the session its id and its owner, unless the id is taken by now. */
function publish({ db, clock }: Context, state: SessionState): void {
  const now = clock.now();
  if (findSession(db, state.id, now) !== null) throw idTaken();
  removeExpired(db, state.id);
  db.run(
    'UPDATE sessions SET id = ?, owner = ?, created = ? WHERE key = ?',
    ...[state.id, toText(state.owner), state.created, state.key],
  );
  state.expiresAt = expiryOf(state.expiresAfter, now);
  saveSession(db, state);
}
