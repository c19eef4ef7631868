import type { EntryId } from '../../core/cursor.ts';
import { ConflictError, NotFoundError } from '../../core/errors.ts';
import type { Append, Once, Recalled, Write, Written } from '../../core/store.ts';
import type { Change, Context } from './change.ts';
import { changeSession, isForeign } from './change-session.ts';
import type { Database } from './database.ts';
import { draftToEnd, endDraft } from './draft-end.ts';
import { entriesOf, keptEntry, type Kept, type KeptEntry } from './kept-entries.ts';
import { recall } from './operations.ts';
import { ownPlaceOf, placeOf } from './places.ts';
import { newestItems, removeItems } from './removal.ts';
import { findSession, sessionOf, type SessionState } from './sessions.ts';
import { takeStep } from './steps.ts';

/** @throws NotFoundError, ConflictError, StoreUnavailableError. */
export function appendSteps(context: Context, write: Append): Written {
  const { db } = context;
  return changeSession<Kept, Written>(context, write, {
    work: (change) => {
      const { session, stamp } = change;
      const { remove = [], note } = write;
      checkEnd(db, session, write);
      checkAgent(session, write);
      const draft = write.draft && draftToEnd(db, session, write.draft);
      removeItems(db, change, newestItems(db, session, remove));
      const prev = session.last;
      const entries = takeSteps(db, change, write);
      if (draft !== undefined)
        endDraft(
          db,
          change,
          draft,
          entries.some(({ finishes }) => finishes === draft.id),
        );
      return { prev, at: stamp.at, entries, note };
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

function takeSteps(db: Database, change: Change, { steps, draft }: Append): readonly KeptEntry[] {
  return steps.flatMap((step, index) => {
    const taken = takeStep(db, change, step, index === draft?.step ? draft.id : undefined);
    return taken === null ? [] : [keptEntry(taken, step, index)];
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
