import type { ListChange } from '../../core/feed/list-channel.ts';
import type { Session } from '../../core/session.ts';
import { builder } from '../builder.ts';
import { SessionType } from './session.ts';

interface Listed extends ListChange {
  readonly session: Session;
}

const SessionListed = builder.objectRef<Listed>('SessionListed').implement({
  description: 'A session that is new, or has changed: it belongs at its `updatedAt` in the list.',
  fields: (t) => ({
    session: t.expose('session', { type: SessionType, description: 'As it is when the event is sent.' }),
  }),
});

const SessionUnlisted = builder.objectRef<ListChange>('SessionUnlisted').implement({
  description: 'A session that is gone, deleted or expired.',
  fields: (t) => ({ sessionId: t.exposeID('sessionId', { description: 'The conversation id.' }) }),
});

export const SessionListEvent = builder.unionType('SessionListEvent', {
  description: 'Something that happened to a list of sessions.',
  types: [SessionListed, SessionUnlisted],
  resolveType: ({ session }) => (session === null ? 'SessionUnlisted' : 'SessionListed'),
});
