import { Item, type ItemOf } from '../../core/item.ts';
import { builder } from '../builder.ts';
import { OpaqueJson } from '../opaque-json.ts';
import { itemTypeName } from './item-type-name.ts';
import { Node } from './node.ts';
import { connectionOf, connectionType } from './paging.ts';
import { SessionType } from './session.ts';

export const ItemDialect = builder.enumType('ItemDialect', {
  description: 'The JSON form of an item.',
  values: {
    AGENTS_JS: { description: 'The OpenAI Agents SDK for JavaScript.' },
    RESPONSES: { description: "The OpenAI Agents SDK for Python, which is the Responses API's form." },
  } as const,
});

/** Every field that all items have; what more they say depends on their type. */
export const ItemInterface = builder.interfaceRef<Item>('Item').implement({
  description: "One entry of a session's log, kept as it was written.",
  resolveType: itemTypeName,
  fields: (t) => ({
    id: t.exposeID('id', { description: '`<sessionId>:<entry>`: what `node` takes and ItemRemoved names.' }),
    sessionId: t.exposeID('sessionId', { description: 'The conversation id.' }),
    cursor: t.exposeString('cursor', {
      description: 'The place in the log: `after` and `before` of pages, `after` of subscriptions.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was written.' }),
    agent: t.string({
      nullable: true,
      description: 'The agent that wrote it, or that was current where it stands.',
      resolve: (item) => item.stored.agent,
    }),
    metadata: t.field({
      type: 'JSONObject',
      resolve: (item) => new OpaqueJson(item.metadata),
      description: 'What the writer gave beside the item; else `{}`.',
    }),
    raw: t.field({
      type: 'JSON',
      description: 'The item exactly as it was written.',
      resolve: (item) => new OpaqueJson(item.raw),
    }),
    dialect: t.field({
      type: ItemDialect,
      description: 'The form of `raw`.',
      resolve: (item) => item.stored.dialect,
    }),
    derived: t.boolean({
      description:
        'Recovered from a wrapped hand-off history, not written by its author: do not trust who says it.',
      resolve: (item) => item.stored.derived,
    }),
  }),
});

builder.objectType(builder.objectRef<ItemOf<'call'>>('ToolCall'), {
  description: "A model's call of a tool.",
  interfaces: [ItemInterface, Node],
  fields: (t) => ({
    callId: t.id({ description: 'What its result names.', resolve: ({ shape }) => shape.callId }),
    name: t.string({
      description: 'The tool; of a tool that is built into the model, its type.',
      resolve: ({ shape }) => shape.name,
    }),
    arguments: t.string({
      description: 'JSON text, as the model wrote it.',
      resolve: ({ shape }) => shape.arguments,
    }),
  }),
});

builder.objectType(builder.objectRef<ItemOf<'result'>>('ToolResult'), {
  description: 'What a tool answered.',
  interfaces: [ItemInterface, Node],
  fields: (t) => ({
    callId: t.id({ description: 'The call that it answers.', resolve: ({ shape }) => shape.callId }),
    toolName: t.string({
      nullable: true,
      description: 'From the result, or from its call; null when neither tells.',
      resolve: ({ shape, stored }) => shape.name ?? stored.toolName,
    }),
    output: t.field({
      type: 'JSON',
      description: 'The output as it was written; the whole item where it has none.',
      resolve: ({ shape }) => new OpaqueJson(shape.output),
    }),
  }),
});

builder.objectType(builder.objectRef<ItemOf<'reasoning'>>('Reasoning'), {
  description: 'What a model thought before it answered.',
  interfaces: [ItemInterface, Node],
  fields: (t) => ({
    summary: t.string({
      description: 'All its text, joined by newlines; empty where the model keeps it to itself.',
      resolve: ({ shape }) => shape.summary,
    }),
  }),
});

builder.objectType(builder.objectRef<ItemOf<'handoff'>>('Handoff'), {
  description:
    'The conversation passed from one agent to another: written whenever the current agent changes, by trackAgent, storeExchange, addItems or the agent of an assistant\'s message (then it stands before that message). `raw` is {"type": "handoff", "from", "to"}. Never model input, never popped alone. Its `agent` is `to`.',
  interfaces: [ItemInterface, Node],
  fields: (t) => ({
    from: t.string({
      nullable: true,
      description: 'The agent before; null for the first.',
      resolve: ({ shape }) => shape.from,
    }),
    to: t.string({ description: 'The agent from here on.', resolve: ({ shape }) => shape.to }),
  }),
});

builder.objectType(builder.objectRef<ItemOf<'other'>>('OtherItem'), {
  description: 'An item of a type that has no GraphQL type of its own; all of it is in `raw`.',
  interfaces: [ItemInterface, Node],
  fields: (t) => ({
    type: t.string({ description: 'The type that its writer gave it.', resolve: ({ shape }) => shape.type }),
  }),
});

const ItemConnection = connectionType('Item', ItemInterface);

builder.objectField(SessionType, 'items', (t) =>
  t.field({
    type: ItemConnection,
    description:
      'Every item, oldest first. Without `first` or `last`: 50, the newest, or those next to the given cursor. At most 1,000, and fewer when they pass 2 MiB: hasNextPage and hasPreviousPage tell.',
    args: {
      first: t.arg.int({ description: 'So many from the oldest on, or next after `after`: 1 to 1,000.' }),
      after: t.arg.string({ description: 'Only items after this cursor.' }),
      last: t.arg.int({
        description: 'The newest so many, or next before `before`: 1 to 1,000. Not with `first`.',
      }),
      before: t.arg.string({ description: 'Only items before this cursor.' }),
    },
    resolve: async (session, page, { reading }) =>
      connectionOf(await reading.items(session, page), (entry) => {
        const node = new Item(session.id, entry);
        return { cursor: node.cursor, node };
      }),
  }),
);

builder.objectField(SessionType, 'agentInputs', (t) =>
  t.field({
    type: ['JSONObject'],
    description:
      'The history as model input: oldest first, from the newest compaction on, without hand-offs. Without `limit` all of it, up to 10,000 items; more is PAYLOAD_TOO_LARGE: use limit, or page through items. Where the session has maxItems, tool results whose call was trimmed are left out.',
    args: {
      limit: t.arg.int({
        description:
          'The newest so many, 0 to 10,000; tool results whose call is cut off are left out, since models refuse them.',
      }),
      dialect: t.arg({
        type: ItemDialect,
        defaultValue: 'AGENTS_JS',
        description:
          'The form to give them in: what was written in it comes back unchanged, the rest is converted (docs/dialects.md).',
      }),
      messagesOnly: t.arg.boolean({
        defaultValue: false,
        description: 'Only messages of users and assistants that have text.',
      }),
    },
    resolve: async (session, args, { reading }) =>
      (await reading.agentInputs(session, args)).map((input) => new OpaqueJson(input)),
  }),
);
