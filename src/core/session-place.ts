import { START } from './cursor.ts';
import { BadUserInputError } from './errors.ts';
import type { Session } from './session.ts';
import type { SessionPlace } from './store-reads.ts';

/** The cursor of a session in its owner's list: when it was last active, and its id. */
export function sessionCursor(session: Session): string {
  return `${session.updatedAt}~${session.id}`;
}

const SESSION_CURSOR = /^(\d{1,15})~([A-Za-z0-9_-]{1,128})$/;

/** @throws BadUserInputError that names it. */
export function placeOf(cursor: string | null | undefined, name: string): SessionPlace | undefined {
  if (cursor === null || cursor === undefined) return undefined;
  const [, updatedAt, id] = SESSION_CURSOR.exec(cursor) ?? [];
  if (updatedAt === undefined || id === undefined) {
    throw new BadUserInputError(`${name} is not a cursor of a list of sessions.`, { path: [name] });
  }
  return { updatedAt: Number(updatedAt), id };
}

/** No session was active so long ago. */
const BEFORE_ALL: SessionPlace = { updatedAt: 1, id: '0' };

/** Where following begins; `"0"`: below all of the list. */
export function startOf(after: string | null | undefined): SessionPlace | undefined {
  return after === START ? BEFORE_ALL : placeOf(after, 'after');
}
