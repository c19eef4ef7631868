import { DraftMovedError } from '../../core/errors.ts';
import type { DraftEnd } from '../../core/store.ts';
import { addDraftChange, type Change } from './change.ts';
import type { Database } from './database.ts';
import { lengthOf } from './draft-texts.ts';
import { draftsIn, findDraft, oldestWrite, removeDraft, removeDrafts, type DraftState } from './drafts.ts';
import type { SessionState } from './sessions.ts';

/**
 * The draft that a write is to end.
 * @throws NotFoundError when it is not open, DraftMovedError when it has other lengths.
 */
export function draftToEnd(db: Database, session: SessionState, { id, ifLengths }: DraftEnd): DraftState {
  const draft = findDraft(db, session.key, id);
  if (ifLengths !== undefined) {
    const text = lengthOf(db, draft.key, 'TEXT').units;
    const reasoning = lengthOf(db, draft.key, 'REASONING').units;
    if (text !== ifLengths.text || reasoning !== ifLengths.reasoning) throw new DraftMovedError();
  }
  return draft;
}

/** Removes a draft; `finished` says that an entry of this write tells of it. */
export function endDraft(db: Database, change: Change, { key, id }: DraftState, finished: boolean): void {
  removeDraft(db, key);
  change.session.draftsWritten = oldestWrite(db, change.session.key);
  if (!finished) addDraftChange(change, { kind: 'draftEnded', draftId: id });
}

/** Removes all drafts, of which no entry tells. */
export function endDrafts(db: Database, change: Change): void {
  for (const { id } of draftsIn(db, change.session.key))
    addDraftChange(change, { kind: 'draftEnded', draftId: id });
  removeDrafts(db, change.session.key);
  change.session.draftsWritten = null;
}
