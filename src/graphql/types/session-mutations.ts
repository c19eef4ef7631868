import { builder } from '../builder.ts';
import { ONCE } from './descriptions.ts';
import { SessionPayload } from './session.ts';

const IfExists = builder.enumType('IfExists', {
  description: 'What to do when a session with the chosen id exists.',
  values: {
    FAIL: { description: 'CONFLICT.' },
    RETURN: { description: 'Answer with that session, if the owner is the same; else CONFLICT.' },
  } as const,
});

const CreateSessionInput = builder.inputType('CreateSessionInput', {
  description: 'A new session.',
  fields: (t) => ({
    id: t.id({
      description:
        'The conversation id, chosen by a service: 1 to 128 characters of A-Z, a-z, 0-9, _ and -. Absent: 16 hex characters.',
    }),
    userId: t.id({
      description:
        'The owner: 1 to 256 characters. Needed from services (with AUTH=none it is `local`); users leave it out.',
    }),
    title: t.string({ description: 'At most 1,000 characters.' }),
    metadata: t.field({
      type: 'JSONObject',
      description: 'At most 64 KiB of JSON, 32 levels deep. null is `{}`.',
    }),
    expiresAfter: t.int({
      description:
        'Remove the session after so many seconds without a write: 1 to 315360000. null: never. Absent: as the server is configured, by default never.',
    }),
    maxItems: t.int({
      description:
        'Keep so many items, the newest, hand-offs included: 1 to 1000000. Each write that passes it takes the oldest away, but never what it added itself. null: all. Absent: as the server is configured, by default all.',
    }),
    ifExists: t.field({
      type: IfExists,
      defaultValue: 'FAIL',
      description: 'What to do when the chosen id exists.',
    }),
    idempotencyKey: t.string({ description: `${ONCE} The key belongs to the owner.` }),
  }),
});

const UpdateSessionInput = builder.inputType('UpdateSessionInput', {
  description: 'Changes of a session. null clears title, expiresAfter and maxItems; what is absent stays.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'The conversation id.' }),
    title: t.string({ description: 'At most 1,000 characters; null clears it.' }),
    metadata: t.field({
      type: 'JSONObject',
      description:
        'A JSON merge patch (RFC 7396): null removes a key, objects merge, all else replaces. The result has the limits of metadata. null is `{}`: nothing changes.',
    }),
    expiresAfter: t.int({
      description: 'Seconds without a write until the session is removed: 1 to 315360000; null: never.',
    }),
    maxItems: t.int({
      description:
        'How many items to keep, the newest: 1 to 1000000; null: all. What is too much goes at once, the oldest first.',
    }),
    idempotencyKey: t.string({ description: ONCE }),
  }),
});

export const SessionRefInput = builder.inputType('SessionRefInput', {
  description: 'Names a session.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'The conversation id.' }),
    idempotencyKey: t.string({ description: ONCE }),
  }),
});

const DeleteSessionPayload = builder
  .objectRef<{ readonly deletedSessionId: string; readonly deleted: boolean }>('DeleteSessionPayload')
  .implement({
    description: 'What was deleted.',
    fields: (t) => ({
      deletedSessionId: t.exposeID('deletedSessionId', {
        description: 'The id that was asked to be deleted.',
      }),
      deleted: t.exposeBoolean('deleted', { description: 'false when there was nothing to delete.' }),
    }),
  });

builder.mutationFields((t) => ({
  createSession: t.field({
    type: SessionPayload,
    description:
      'Makes a session. An id that exists is CONFLICT, unless `ifExists` is RETURN and the owner is the same.',
    args: { input: t.arg({ type: CreateSessionInput, required: true, description: 'The new session.' }) },
    resolve: async (_root, { input }, { viewer, sessions }) => ({
      session: await sessions.create(viewer, input),
    }),
  }),
  updateSession: t.field({
    type: SessionPayload,
    description: 'Changes title, metadata, expiry or maxItems; subscribers get SessionUpdated.',
    args: { input: t.arg({ type: UpdateSessionInput, required: true, description: 'The changes.' }) },
    resolve: async (_root, { input }, { viewer, sessions }) => ({
      session: await sessions.update(viewer, input),
    }),
  }),
  clearSession: t.field({
    type: SessionPayload,
    description:
      'Empties the history of this session and of no other; the session, its owner, title and metadata stay; tracked agents are forgotten.',
    args: { input: t.arg({ type: SessionRefInput, required: true, description: 'Which session.' }) },
    resolve: async (_root, { input }, { viewer, sessions }) => ({
      session: await sessions.clear(viewer, input),
    }),
  }),
  deleteSession: t.field({
    type: DeleteSessionPayload,
    description:
      'Removes the session and all that belongs to it, and nothing of any other; its subscriptions complete.',
    args: { input: t.arg({ type: SessionRefInput, required: true, description: 'Which session.' }) },
    resolve: async (_root, { input }, { viewer, sessions }) => ({
      deletedSessionId: input.id,
      deleted: await sessions.delete(viewer, input),
    }),
  }),
}));
