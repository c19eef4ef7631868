import { NotFoundError } from '../../core/errors.ts';
import type { Write } from '../../core/store.ts';
import { Abandoned, hasAbandoned, interrupting } from './abandoned.ts';
import { beginChange, endChange, tell, type Change, type Context, type News } from './change.ts';
import { recall, remember } from './operations.ts';
import { purge } from './purge.ts';
import { findSession, type SessionState } from './sessions.ts';

export interface Operation<Answer, Result> {
  /** Makes the change; what it throws undoes it. The answer is kept as JSON under the write's key. */
  work(change: Change): Answer;
  /** The result of the first call and of every repeat, with the session as it is then. */
  result(session: SessionState, answer: Answer): Result;
}

interface Outcome<Result> {
  readonly result: Result;
  readonly news: News | null;
}

/**
 * Checks first (exists, owner, `once`), then the operation, its record and the session's row, then the doorbell. Drafts
 * that were abandoned come before it, in a write of their own, which stays done when the operation is refused.
 * @throws NotFoundError, ConflictError, StoreUnavailableError, and what `work` throws.
 */
export function changeSession<Answer, Result>(
  context: Context,
  write: Write,
  operation: Operation<Answer, Result>,
): Result {
  const { db } = context;
  const { result, news } = interrupting(context, () => db.write(() => attempt(context, write, operation)));
  if (news !== null) tell(context, news);
  return result;
}

function attempt<Answer, Result>(
  context: Context,
  write: Write,
  operation: Operation<Answer, Result>,
): Outcome<Result> | Abandoned {
  const { db, clock, newMark } = context;
  const now = clock.now();
  purge(db, now);
  const session = findSession(db, write.sessionId, now);
  if (session === null || isForeign(session, write)) throw new NotFoundError();
  const earlier = write.once && recall<Answer>(db, session, write.once, now);
  if (earlier !== undefined) return { result: operation.result(session, earlier.answer), news: null };
  if (hasAbandoned(context, session, now)) return new Abandoned([session.id]);

  const change = beginChange(session, now, newMark());
  const answer = operation.work(change);
  const news = endChange(db, change);
  if (write.once !== undefined) remember(db, session, write.once, now, answer);
  return { result: operation.result(session, answer), news };
}

export function isForeign(session: SessionState, write: Write): boolean {
  return write.owner !== undefined && write.owner !== session.owner;
}
