import type { Session } from '../../core/session.ts';
import { sessionCursor } from '../../core/session-place.ts';
import { cursorOf } from '../../core/cursor.ts';
import { builder } from '../builder.ts';
import { OpaqueJson } from '../opaque-json.ts';
import { Node } from './node.ts';
import { connectionOf, connectionType } from './paging.ts';

export const SessionType = builder.objectRef<Session>('Session');

SessionType.implement({
  description:
    'One agent conversation: a log of items. What one answer says of a session is one moment of it, whose place is `cursor`.',
  interfaces: [Node],
  fields: (t) => ({
    id: t.exposeID('id', {
      description: 'The conversation id: 1 to 128 characters of A-Z, a-z, 0-9, _ and -.',
    }),
    userId: t.exposeID('userId', { description: 'The owner; never changes.' }),
    title: t.exposeString('title', { nullable: true, description: 'At most 1,000 characters.' }),
    metadata: t.field({
      type: 'JSONObject',
      resolve: (session) => new OpaqueJson(session.metadata),
      description:
        'Whatever the application keeps beside the conversation: at most 64 KiB of JSON, 32 levels deep.',
    }),
    currentAgent: t.exposeString('currentAgent', {
      nullable: true,
      description:
        'The agent that the conversation is with; null before the first is named, and after a clear.',
    }),
    agentsUsed: t.field({
      type: ['String'],
      description: 'Every agent that was current since the last clear, in order of first use.',
      resolve: (session) => session.agentsUsed,
    }),
    messageCount: t.exposeInt('messageCount', {
      description: 'Messages of users and assistants in the log. Costs the same in sessions of any length.',
    }),
    itemCount: t.exposeInt('itemCount', {
      description:
        'Every item in the log: messages, tool calls, results, reasoning, hand-offs, others. Costs the same in sessions of any length.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the session was made.' }),
    updatedAt: t.expose('updatedAt', {
      type: 'DateTime',
      description: 'The last write of any kind, but for those to drafts.',
    }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      nullable: true,
      description:
        'When the session is removed unless something is written before, drafts included; null: never.',
    }),
    maxItems: t.exposeInt('maxItems', {
      nullable: true,
      description:
        'How many items are kept, the newest; older ones are trimmed, and their cursors expire. null: all.',
    }),
    cursor: t.string({
      description:
        "The end of the log at this moment: hand it to a subscription's `after` and nothing is missed or repeated.",
      resolve: (session) => cursorOf(session.id, session.end),
    }),
  }),
});

const SessionConnection = connectionType('Session', SessionType);

export const SessionPayload = builder.objectRef<{ readonly session: Session }>('SessionPayload').implement({
  description: 'The session after the write.',
  fields: (t) => ({
    session: t.expose('session', { type: SessionType, description: 'As it is now.' }),
  }),
});

builder.queryFields((t) => ({
  session: t.field({
    type: SessionType,
    nullable: true,
    description:
      "A session by its id; null when it does not exist or is not the viewer's: the two cannot be told apart.",
    args: { id: t.arg.id({ required: true, description: 'The conversation id.' }) },
    resolve: (_root, { id }, { viewer, sessions }) => sessions.get(viewer, id),
  }),
  sessions: t.field({
    type: SessionConnection,
    description:
      "A user's sessions, the most recently active first. Without `first` or `last`: 50. At most 100.",
    args: {
      userId: t.arg.id({
        description:
          'Whose. Users see their own and leave it out; a service names the user (with AUTH=none it is `local`).',
      }),
      first: t.arg.int({ description: 'So many after `after`, from the most recent on: 1 to 100.' }),
      after: t.arg.string({ description: 'Only sessions after this cursor, that is less recently active.' }),
      last: t.arg.int({
        description: 'So many before `before`, from the least recent on: 1 to 100. Not with `first`.',
      }),
      before: t.arg.string({
        description: 'Only sessions before this cursor, that is more recently active.',
      }),
    },
    resolve: async (_root, { userId, ...page }, { viewer, sessions }) =>
      connectionOf(await sessions.list(viewer, userId, page), (node) => ({
        cursor: sessionCursor(node),
        node,
      })),
  }),
}));
