import { builder } from '../builder.ts';
import { ONCE } from './descriptions.ts';
import { ItemsPayload } from './item-mutations.ts';
import { ItemDialect } from './item.ts';
import { SessionPayload } from './session.ts';

const ReplaceSuffixInput = builder.inputType('ReplaceSuffixInput', {
  description: 'Other items for those that the history ends in.',
  fields: (t) => ({
    sessionId: t.id({ required: true, description: 'The conversation id.' }),
    expectedSuffix: t.field({
      type: ['JSONObject'],
      required: true,
      description:
        'What the history ends in, without hand-offs, as `agentInputs` gives it in this dialect: 0 to 1,000 items, compared whatever the order of their keys.',
    }),
    replacement: t.field({
      type: ['JSONObject'],
      required: true,
      description: '0 to 1,000 items to stand there instead, with the bounds of `addItems`.',
    }),
    dialect: t.field({
      type: ItemDialect,
      defaultValue: 'AGENTS_JS',
      description: 'The form of both lists.',
    }),
    idempotencyKey: t.string({ description: ONCE }),
  }),
});

const ForkSessionInput = builder.inputType('ForkSessionInput', {
  description: 'Where to begin another conversation from.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'The session to copy from; it stays as it is.' }),
    upTo: t.string({
      description:
        'The cursor of the last item to copy; absent: all. One that the log no longer reaches is CURSOR_EXPIRED.',
    }),
    newId: t.id({
      description:
        'The id of the new session, chosen by a service as in createSession. Absent: 16 hex characters.',
    }),
    title: t.string({ description: 'At most 1,000 characters; absent: the title of the source.' }),
    idempotencyKey: t.string({ description: `${ONCE} The key belongs to the owner.` }),
  }),
});

builder.mutationFields((t) => ({
  replaceSuffix: t.field({
    type: ItemsPayload,
    description:
      'Compare-and-set on the end of the history: CONFLICT with the cursor that is `current`, and no change, when it does not end in `expectedSuffix`. Hand-offs among what is replaced go with it; the current agent stays.',
    args: { input: t.arg({ type: ReplaceSuffixInput, required: true, description: 'What for what.' }) },
    resolve: (_root, { input }, { viewer, rewriting }) => rewriting.replaceSuffix(viewer, input),
  }),
  forkSession: t.field({
    type: SessionPayload,
    description:
      'A new session of the same owner, metadata and expiry, with the history up to and including `upTo` (all of it when absent). The items keep their times; the two sessions have nothing more to do with each other.',
    args: { input: t.arg({ type: ForkSessionInput, required: true, description: 'From where.' }) },
    resolve: async (_root, { input }, { viewer, sessions }) => ({
      session: await sessions.fork(viewer, input),
    }),
  }),
}));
