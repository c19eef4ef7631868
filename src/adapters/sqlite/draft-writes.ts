import type { DraftInfo } from '../../core/draft.ts';
import { ConflictError, PayloadTooLargeError } from '../../core/errors.ts';
import type { AppendToDraft, StartDraft } from '../../core/store.ts';
import { addDraftChange, type Change, type Context } from './change.ts';
import { changeSession } from './change-session.ts';
import type { Database } from './database.ts';
import { addText, lengthOf, partOf } from './draft-texts.ts';
import {
  draftsIn,
  findDraft,
  infoOf,
  insertDraft,
  oldestWrite,
  touchDraft,
  type DraftState,
} from './drafts.ts';

/** @throws NotFoundError, ConflictError, StoreUnavailableError. */
export function startDraft(context: Context, write: StartDraft): DraftInfo {
  const { db } = context;
  return changeSession<DraftInfo, DraftInfo>(context, write, {
    work: (change) => {
      const { session, stamp, now } = change;
      const open = draftsIn(db, session.key).length;
      if (open >= write.most) {
        throw new ConflictError(`${open} drafts of this session are open already. End one of them first.`, {
          limit: write.most,
          actual: open,
        });
      }
      const draft = { ...write.draft, startedAt: stamp.at };
      insertDraft(db, session.key, draft, write.abandoned, now);
      session.draftsWritten ??= now;
      addDraftChange(change, { kind: 'draftStarted', draft });
      return draft;
    },
    result: (_session, draft) => draft,
  });
}

/** @throws NotFoundError, ConflictError, PayloadTooLargeError, StoreUnavailableError. */
export function appendToDraft(context: Context, write: AppendToDraft): DraftInfo {
  const { db } = context;
  return changeSession<DraftInfo, DraftInfo>(context, write, {
    work: (change) => {
      const { session, now } = change;
      const draft = findDraft(db, session.key, write.draftId);
      addWhatIsNew(db, change, draft, write);
      touchDraft(db, draft.key, now);
      session.draftsWritten = oldestWrite(db, session.key);
      change.touched = true;
      return infoOf(draft);
    },
    result: (_session, draft) => draft,
  });
}

function addWhatIsNew(
  db: Database,
  change: Change,
  { key, id: draftId }: DraftState,
  { channel, offset, text, mostBytes }: AppendToDraft,
): void {
  const length = lengthOf(db, key, channel);
  const present = Math.min(text.length, length.units - offset);
  if (present < 0) {
    throw new ConflictError('The draft is shorter than that. Send what is missing first.', {
      current: length.units,
    });
  }
  if (present > 0 && partOf(db, key, channel, offset, offset + present) !== text.slice(0, present)) {
    throw new ConflictError('The draft has another text there. Read it again.', { current: length.units });
  }
  const added = text.slice(present);
  if (added === '') return;
  const bytes = length.bytes + Buffer.byteLength(added);
  if (bytes > mostBytes) {
    throw new PayloadTooLargeError(`A draft's text may have ${mostBytes} bytes of UTF-8.`, {
      limit: mostBytes,
      actual: bytes,
    });
  }
  addText(db, key, channel, length, added);
  addDraftChange(change, { kind: 'draftAppended', draftId, channel, offset: length.units, text: added });
}
