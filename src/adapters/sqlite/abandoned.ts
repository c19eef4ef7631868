import { beginChange, endChange, tell, type Context } from './change.ts';
import { draftsIdleSince, oldestWrite } from './drafts.ts';
import { interruptDraft } from './interrupt.ts';
import { findSession, type SessionState } from './sessions.ts';

/** In place of a result: these sessions have drafts that were abandoned, which come first. */
export class Abandoned {
  readonly sessionIds: readonly string[];

  constructor(sessionIds: readonly string[]) {
    this.sessionIds = sessionIds;
  }
}

/** Whether a draft of the session has waited too long; it costs nothing, for the session's row says it. */
export function hasAbandoned(
  { draftIdleMs }: Pick<Context, 'draftIdleMs'>,
  { draftsWritten }: Pick<SessionState, 'draftsWritten'>,
  now: number,
): boolean {
  return draftsWritten !== null && draftsWritten <= now - draftIdleMs;
}

/** Does the work, and again from the start when it met abandoned drafts, after these have become items. */
export function interrupting<Result>(context: Context, work: () => Result | Abandoned): Result {
  for (;;) {
    const result = work();
    if (!(result instanceof Abandoned)) return result;
    for (const sessionId of result.sessionIds) interruptDrafts(context, sessionId);
  }
}

function interruptDrafts(context: Context, sessionId: string): void {
  const { db, clock, newMark, draftIdleMs } = context;
  const news = db.write(() => {
    const now = clock.now();
    const session = findSession(db, sessionId, now);
    if (session === null) return null;
    const change = beginChange(session, now, newMark());
    for (const draft of draftsIdleSince(db, session.key, now - draftIdleMs))
      interruptDraft(db, change, draft);
    // Also when there was none: a row that says otherwise would be met again without end.
    session.draftsWritten = oldestWrite(db, session.key);
    change.touched = true;
    return endChange(db, change);
  });
  if (news !== null) tell(context, news);
}
