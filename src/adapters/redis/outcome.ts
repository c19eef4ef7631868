import type { Session } from '../../core/session.ts';
import { ConflictError, DraftMovedError, DraftNotFoundError, NotFoundError } from '../../core/errors.ts';
import { decodeSession } from './codec.ts';
import { listOf, textOf } from './reply.ts';

/** What a write script answered when it did its work. */
export interface Done {
  readonly session: Session;
  /** The operation's own part; see each script's file. */
  readonly answer: string;
  /** Whether entries were added just now; a repeat added them before. */
  readonly isNew: boolean;
}

/**
 * @throws NotFoundError, ConflictError, DraftMovedError for the outcomes that say so; `details.current` is the log's last
 * entry or the current agent.
 */
export function doneOf(sessionId: string, reply: unknown): Done {
  const [outcome, value, answer, isNew] = listOf(reply);
  switch (outcome) {
    case 'ok':
      return { session: decodeSession(sessionId, value).session, answer: textOf(answer), isNew: isNew === 1 };
    case 'gone':
      throw new NotFoundError();
    case 'conflict':
      throw keyTaken();
    case 'closed':
      throw new DraftNotFoundError();
    case 'moved':
      throw new DraftMovedError();
    case 'end':
      throw new ConflictError('The conversation has changed since. Read it again.', {
        current: textOf(value),
      });
    case 'agent':
      throw new ConflictError('Another agent is current.', { current: agentOf(value) });
    default:
      throw new TypeError('A script answered with an outcome that is not known.');
  }
}

export function keyTaken(): ConflictError {
  return new ConflictError('This idempotency key was used for another input. Use a new key.');
}

export function idTaken(): ConflictError {
  return new ConflictError('There is a session with this id already.');
}

function agentOf(value: unknown): string | null {
  const text = textOf(value);
  return text === '' ? null : textOf(JSON.parse(text));
}
