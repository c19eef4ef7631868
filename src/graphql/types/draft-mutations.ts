import { Item } from '../../core/item.ts';
import type { ItemEntry } from '../../core/log.ts';
import type { Session } from '../../core/session.ts';
import { builder } from '../builder.ts';
import { AGENT_NAME, METADATA, ONCE } from './descriptions.ts';
import { DraftChannel, MessageDraft, type DraftOf } from './draft.ts';
import { MessagePayload } from './item-mutations.ts';
import { ItemDialect } from './item.ts';
import { Message, messageOf, MessageRole } from './message.ts';
import { SessionType } from './session.ts';

const StartMessageInput = builder.inputType('StartMessageInput', {
  description: 'A message that is going to be written.',
  fields: (t) => ({
    sessionId: t.id({ required: true, description: 'The conversation id.' }),
    role: t.field({
      type: MessageRole,
      defaultValue: 'ASSISTANT',
      description: 'Who speaks. A user writes messages of the role USER only.',
    }),
    agent: t.string({
      description: `${AGENT_NAME} The agent that writes it; that of an assistant's message becomes the current agent when it is finished.`,
    }),
    idempotencyKey: t.string({ description: ONCE }),
  }),
});

const AppendToMessageInput = builder.inputType('AppendToMessageInput', {
  description: 'A piece of a message that is being written.',
  fields: (t) => ({
    sessionId: t.id({ required: true, description: 'The conversation id.' }),
    draftId: t.id({ required: true, description: 'The id of the draft.' }),
    text: t.string({
      required: true,
      description: 'Not empty, spaces are fine. What is written to a channel may have 1 MiB of UTF-8 in all.',
    }),
    offset: t.int({
      required: true,
      description:
        'Where the piece goes in its channel: how many UTF-16 code units (the `length` of a JavaScript string) come before it.',
    }),
    channel: t.field({
      type: DraftChannel,
      defaultValue: 'TEXT',
      description: 'Which text. REASONING is for services.',
    }),
  }),
});

const FinishMessageInput = builder.inputType('FinishMessageInput', {
  description: 'What a draft becomes: what was written, unless a text or an item is given (not both).',
  fields: (t) => ({
    sessionId: t.id({ required: true, description: 'The conversation id.' }),
    draftId: t.id({ required: true, description: 'The id of the draft.' }),
    text: t.string({
      description:
        'The whole text of the message; absent: what was appended. Not only spaces; at most 1 MiB of UTF-8.',
    }),
    item: t.field({
      type: 'JSONObject',
      description:
        "The message as an item, with the draft's role: kept as it is, with the bounds of `addItems`.",
    }),
    dialect: t.field({ type: ItemDialect, defaultValue: 'AGENTS_JS', description: 'The form of `item`.' }),
    metadata: t.field({ type: 'JSONObject', description: METADATA }),
    idempotencyKey: t.string({ description: ONCE }),
  }),
});

const CancelMessageInput = builder.inputType('CancelMessageInput', {
  description: 'A draft that nobody will finish.',
  fields: (t) => ({
    sessionId: t.id({ required: true, description: 'The conversation id.' }),
    draftId: t.id({ required: true, description: 'The id of the draft.' }),
    keep: t.boolean({
      defaultValue: true,
      description:
        'Whether what was written stays, as a message that is INTERRUPTED (reasoning alone as a Reasoning item).',
    }),
  }),
});

const DraftPayload = builder.objectRef<{ readonly draft: DraftOf }>('DraftPayload').implement({
  description: 'A message that is being written.',
  fields: (t) => ({
    draft: t.expose('draft', {
      type: MessageDraft,
      description:
        'The draft. Its `text` and `reasoning` are read only if they are asked for: leave them out while you write.',
    }),
  }),
});

const CancelMessagePayload = builder
  .objectRef<{ readonly session: Session; readonly message: ItemEntry | null }>('CancelMessagePayload')
  .implement({
    description: 'What is left of a draft.',
    fields: (t) => ({
      message: t.field({
        type: Message,
        nullable: true,
        description:
          'The message that the draft became, by this call or before; null when it became none, or is far back in the history.',
        resolve: ({ session, message }) => (message === null ? null : messageOf(session.id, message)),
      }),
      session: t.expose('session', { type: SessionType, description: 'The session after the write.' }),
    }),
  });

builder.mutationFields((t) => ({
  startMessage: t.field({
    type: DraftPayload,
    description:
      'Begins a message that can be watched while it is written. At most 32 of a session are open: one more is CONFLICT, with `limit` and `actual`. Write to it at least once a minute: after 60 seconds in which nobody does it becomes a message that is INTERRUPTED.',
    args: { input: t.arg({ type: StartMessageInput, required: true, description: 'The message.' }) },
    resolve: async (_root, { input }, { viewer, drafting }) => ({
      draft: { sessionId: input.sessionId, draft: await drafting.start(viewer, input) },
    }),
  }),
  appendToMessage: t.field({
    type: DraftPayload,
    description:
      'Writes a piece of a message. What is there already is not written again, so a piece may be sent twice; other text there, or a gap, is CONFLICT with the length as `current`.',
    args: { input: t.arg({ type: AppendToMessageInput, required: true, description: 'The piece.' }) },
    resolve: async (_root, { input }, { viewer, drafting }) => ({
      draft: { sessionId: input.sessionId, draft: await drafting.append(viewer, input) },
    }),
  }),
  finishMessage: t.field({
    type: MessagePayload,
    description:
      'Makes a draft a message of the log, in one write: a hand-off if its agent is not current, a Reasoning item if reasoning was written, and the message. Without a text that is more than spaces, and without an item, it is BAD_USER_INPUT, and the draft stays.',
    args: { input: t.arg({ type: FinishMessageInput, required: true, description: 'Which draft.' }) },
    resolve: async (_root, { input }, { viewer, draftEndings }) => {
      const { session, message } = await draftEndings.finish(viewer, input);
      return { session, message: new Item(session.id, message) };
    },
  }),
  cancelMessage: t.field({
    type: CancelMessagePayload,
    description:
      'Ends a draft that will not be finished. What was written is kept as an INTERRUPTED message, or dropped. May be repeated: a draft that is over stays as it ended.',
    args: { input: t.arg({ type: CancelMessageInput, required: true, description: 'Which draft.' }) },
    resolve: (_root, { input }, { viewer, draftEndings }) => draftEndings.cancel(viewer, input),
  }),
}));
