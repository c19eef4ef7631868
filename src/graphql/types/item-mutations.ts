import { Item } from '../../core/item.ts';
import type { Session } from '../../core/session.ts';
import type { Written } from '../../core/store.ts';
import { builder } from '../builder.ts';
import { AGENT_NAME, IF_CURSOR, METADATA, ONCE } from './descriptions.ts';
import { ItemDialect, ItemInterface } from './item.ts';
import { isMessage, Message, MessageRole } from './message.ts';
import { SessionPayload, SessionType } from './session.ts';
import { SessionRefInput } from './session-mutations.ts';

const AddMessageInput = builder.inputType('AddMessageInput', {
  description: 'One message of plain text.',
  fields: (t) => ({
    sessionId: t.id({ required: true, description: 'The conversation id.' }),
    role: t.field({
      type: MessageRole,
      required: true,
      description: 'Who speaks. DEVELOPER is stored in the RESPONSES dialect, all others in AGENTS_JS.',
    }),
    text: t.string({ required: true, description: 'Not only spaces; at most 1 MiB of UTF-8.' }),
    agent: t.string({
      description: `${AGENT_NAME} The agent that wrote it; that of an assistant's message becomes the current agent.`,
    }),
    metadata: t.field({ type: 'JSONObject', description: METADATA }),
    idempotencyKey: t.string({ description: ONCE }),
    ifCursor: t.string({ description: IF_CURSOR }),
  }),
});

const AddItemsInput = builder.inputType('AddItemsInput', {
  description: 'Items as an agent run wrote them.',
  fields: (t) => ({
    sessionId: t.id({ required: true, description: 'The conversation id.' }),
    items: t.field({
      type: ['JSONObject'],
      required: true,
      description:
        '1 to 1,000, each at most 4 MiB of JSON, with a type or the role of a message. A bad one rejects all; `index` says which.',
    }),
    dialect: t.field({
      type: ItemDialect,
      defaultValue: 'AGENTS_JS',
      description: 'The form of all of them.',
    }),
    agent: t.string({ description: `${AGENT_NAME} The agent that wrote them; becomes the current agent.` }),
    metadata: t.field({ type: 'JSONObject', description: `${METADATA} Each item gets it.` }),
    idempotencyKey: t.string({ description: ONCE }),
    ifCursor: t.string({ description: IF_CURSOR }),
    finishesDraft: t.id({
      description:
        'The draft that these items are: it ends with this write and becomes the last message among them. What was written of it is dropped.',
    }),
  }),
});

const StoreExchangeInput = builder.inputType('StoreExchangeInput', {
  description: 'A question and its answer.',
  fields: (t) => ({
    sessionId: t.id({ required: true, description: 'The conversation id.' }),
    userMessage: t.string({ required: true, description: 'Not only spaces; at most 1 MiB of UTF-8.' }),
    assistantResponse: t.string({ required: true, description: 'Not only spaces; at most 1 MiB of UTF-8.' }),
    agentName: t.string({ description: `${AGENT_NAME} The agent that answered; becomes the current agent.` }),
    idempotencyKey: t.string({ description: ONCE }),
  }),
});

const TrackAgentInput = builder.inputType('TrackAgentInput', {
  description: 'The agent that the conversation is with from now on.',
  fields: (t) => ({
    sessionId: t.id({ required: true, description: 'The conversation id.' }),
    agentName: t.string({ required: true, description: AGENT_NAME }),
    ifCurrentAgent: t.string({
      description:
        'CONFLICT unless this is the current agent; null: unless there is none yet; absent: whichever it is.',
    }),
    idempotencyKey: t.string({ description: ONCE }),
  }),
});

interface Payload {
  readonly session: Session;
}

export const MessagePayload = builder
  .objectRef<Payload & { readonly message: Item }>('MessagePayload')
  .implement({
    description: 'A message that was written.',
    fields: (t) => ({
      message: t.field({
        type: Message,
        description: 'The message.',
        resolve: ({ message }) => requireMessage(message),
      }),
      session: t.expose('session', { type: SessionType, description: 'The session after the write.' }),
    }),
  });

export const ItemsPayload = builder.objectRef<Written>('ItemsPayload').implement({
  description: 'What was written.',
  fields: (t) => ({
    items: t.field({
      type: [ItemInterface],
      description:
        'Every item that the write added, in log order; a change of the current agent is a Handoff among them.',
      resolve: ({ session, entries }) => entries.map((entry) => new Item(session.id, entry)),
    }),
    session: t.expose('session', { type: SessionType, description: 'The session after the write.' }),
  }),
});

const PopItemPayload = builder
  .objectRef<Payload & { readonly item: Item | null }>('PopItemPayload')
  .implement({
    description: 'What was removed.',
    fields: (t) => ({
      item: t.expose('item', {
        type: ItemInterface,
        nullable: true,
        description: 'The item that is no longer in the log; null when there was none.',
      }),
      session: t.expose('session', { type: SessionType, description: 'The session after the write.' }),
    }),
  });

builder.mutationFields((t) => ({
  addMessage: t.field({
    type: MessagePayload,
    description: 'Adds one message of plain text.',
    args: { input: t.arg({ type: AddMessageInput, required: true, description: 'The message.' }) },
    resolve: async (_root, { input }, { viewer, writing }) => {
      const { session, entries } = await writing.addMessage(viewer, input);
      const last = entries.at(-1);
      if (last === undefined) throw new TypeError('addMessage wrote no entry');
      // A hand-off may stand before it.
      return { session, message: new Item(session.id, last) };
    },
  }),
  addItems: t.field({
    type: ItemsPayload,
    description: 'Any number of items in one atomic write, kept losslessly.',
    args: { input: t.arg({ type: AddItemsInput, required: true, description: 'The items.' }) },
    resolve: (_root, { input }, { viewer, writing }) => writing.addItems(viewer, input),
  }),
  storeExchange: t.field({
    type: ItemsPayload,
    description:
      "A user message and the assistant's response, atomically; `agentName` also becomes the current agent.",
    args: { input: t.arg({ type: StoreExchangeInput, required: true, description: 'The exchange.' }) },
    resolve: (_root, { input }, { viewer, writing }) => writing.storeExchange(viewer, input),
  }),
  trackAgent: t.field({
    type: SessionPayload,
    description:
      'Makes an agent the current one, with a Handoff in the log; nothing is written when it is already.',
    args: { input: t.arg({ type: TrackAgentInput, required: true, description: 'The agent.' }) },
    resolve: async (_root, { input }, { viewer, writing }) => ({
      session: await writing.trackAgent(viewer, input),
    }),
  }),
  popItem: t.field({
    type: PopItemPayload,
    description:
      'Removes and returns the newest item that is no hand-off, and the hand-offs after it (the agent before them is current again); null when there is none.',
    args: { input: t.arg({ type: SessionRefInput, required: true, description: 'Which session.' }) },
    resolve: async (_root, { input }, { viewer, writing }) => {
      const { session, entry } = await writing.popItem(viewer, input);
      return { session, item: entry === null ? null : new Item(session.id, entry) };
    },
  }),
}));

function requireMessage(item: Item) {
  if (!isMessage(item)) throw new TypeError(`${item.id} is no message`);
  return item;
}
