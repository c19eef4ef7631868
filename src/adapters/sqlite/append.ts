import type { EntryId } from '../../core/cursor.ts';
import { ConflictError, NotFoundError } from '../../core/errors.ts';
import { handoffRaw, type ItemEntry, type NewItem, type StoredItem } from '../../core/log.ts';
import type { Append, AppendStep, Once, Recalled, Write, Written } from '../../core/store.ts';
import { keepCall, toolOf } from './calls.ts';
import { addItem, changeSession, isForeign, type Change, type Context } from './change.ts';
import type { Database } from './database.ts';
import { recall } from './operations.ts';
import { ownPlaceOf, placeOf } from './places.ts';
import { newestItems, removeItems } from './removal.ts';
import { findSession, sessionOf, type SessionState } from './sessions.ts';

/**
 * What a key keeps of an entry. Its text is not kept: the repeated call brings it again, as the step of that index.
 * Hand-offs have `from`.
 */
interface KeptEntry {
  readonly id: EntryId;
  readonly step: number;
  readonly agent: string | null;
  readonly tool: string | null;
  readonly from?: string | null;
}

interface Kept {
  readonly prev: EntryId;
  readonly at: number;
  readonly entries: readonly KeptEntry[];
  readonly note?: string | undefined;
}

/** @throws NotFoundError, ConflictError, StoreUnavailableError. */
export function appendSteps(context: Context, write: Append): Written {
  const { db } = context;
  return changeSession<Kept, Written>(context, write, {
    work: (change) => {
      const { steps, remove = [], note } = write;
      checkEnd(db, change.session, write);
      checkAgent(change.session, write);
      removeItems(db, change, newestItems(db, change.session, remove));
      const prev = change.session.last;
      const entries = steps.flatMap((step, index) => takeStep(db, change, step, index));
      return { prev, at: change.stamp.at, entries, note };
    },
    result: (session, kept) => {
      checkNote(kept, write);
      return { session: sessionOf(session), entries: entriesOf(write.steps, kept) };
    },
  });
}

/** @throws NotFoundError, ConflictError, StoreUnavailableError. */
export function recallAppend(
  { db, clock }: Context,
  write: Write & { readonly once: Once },
): Recalled | null {
  return db.read(() => {
    const now = clock.now();
    const session = findSession(db, write.sessionId, now);
    if (session === null || isForeign(session, write)) throw new NotFoundError();
    const kept = recall<Kept>(db, session, write.once, now)?.answer;
    if (kept === undefined) return null;
    const { note = '' } = kept;
    return { session: sessionOf(session), note, entries: (steps) => entriesOf(steps, kept) };
  });
}

/** With another note the steps are others too, and cannot bring the texts of the first call's entries. */
function checkNote({ note }: Kept, write: Append): void {
  if (note === write.note) return;
  throw new ConflictError('This idempotency key was used with another note. Recall it.');
}

function checkEnd(db: Database, session: SessionState, { ifEnd }: Append): void {
  if (ifEnd === undefined || ifEnd === session.change || comesAfterChange(db, session, ifEnd)) return;
  throw new ConflictError('Items came or went since that cursor. Read the session again and decide again.', {
    current: session.last,
  });
}

function comesAfterChange(db: Database, session: SessionState, ifEnd: EntryId): boolean {
  const end = placeOf(ifEnd);
  if (end === null || end.place < ownPlaceOf(session.change)) return false;
  const entry = db.get<{ mark: string }>(
    'SELECT mark FROM entries WHERE place = ? AND session = ?',
    end.place,
    session.key,
  );
  return entry?.mark === end.mark;
}

function checkAgent(session: SessionState, { ifAgent }: Append): void {
  if (ifAgent === undefined || ifAgent === session.agent) return;
  throw new ConflictError('Another agent is current. Read the session again and decide again.', {
    current: session.agent,
  });
}

function takeStep(db: Database, change: Change, step: AppendStep, index: number): readonly KeptEntry[] {
  const { session } = change;
  if (step.kind === 'agent') {
    if (step.name === session.agent) return [];
    const from = session.agent;
    session.agent = step.name;
    if (!session.agents.includes(step.name)) session.agents.push(step.name);
    const { id } = addItem(db, change, { kind: 'item', item: handoffItem(from, step.name), from });
    return [{ id, step: index, agent: step.name, tool: null, from }];
  }
  const agent = step.item.agent ?? session.agent;
  const tool = step.item.resultOf === null ? null : toolOf(db, session.key, step.item.resultOf);
  const { id } = addItem(db, change, { kind: 'item', item: storedItem(step.item, agent, tool) });
  if (step.item.call !== null) keepCall(db, session.key, step.item.call, id);
  return [{ id, step: index, agent, tool }];
}

function storedItem(item: NewItem, agent: string | null, toolName: string | null): StoredItem {
  const { raw, dialect, role, metadata, derived, status } = item;
  return { raw, dialect, role, agent, metadata, derived, status, toolName, handoff: false };
}

function handoffItem(from: string | null, to: string): StoredItem {
  return {
    raw: handoffRaw(from, to),
    dialect: 'AGENTS_JS',
    role: null,
    agent: to,
    metadata: '{}',
    derived: false,
    status: 'COMPLETED',
    toolName: null,
    handoff: true,
  };
}

function entriesOf(steps: readonly AppendStep[], kept: Kept): readonly ItemEntry[] {
  let prev = kept.prev;
  return kept.entries.map((entryKept) => {
    const { id } = entryKept;
    const item = itemOf(entryKept, steps[entryKept.step]);
    const entry: ItemEntry = { id, prev, at: kept.at, kind: 'item', item };
    prev = id;
    return entry;
  });
}

/** Of a hand-off everything is kept; of an item the step brings the texts again, as the digest and the note vouch. */
function itemOf({ step, agent, tool, from }: KeptEntry, taken: AppendStep | undefined): StoredItem {
  if (from !== undefined && agent !== null) return handoffItem(from, agent);
  if (taken?.kind !== 'item') throw new TypeError(`The repeated write has no item as its step ${step}.`);
  return storedItem(taken.item, agent, tool);
}
