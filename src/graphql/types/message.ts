import { Item, type ItemOf } from '../../core/item.ts';
import { builder } from '../builder.ts';
import { ItemInterface } from './item.ts';
import { MessagePart } from './message-part.ts';
import { Node } from './node.ts';
import { connectionOf, connectionType } from './paging.ts';
import { SessionType } from './session.ts';

export const MessageRole = builder.enumType('MessageRole', {
  description: 'Who speaks.',
  values: {
    USER: { description: 'A person.' },
    ASSISTANT: { description: 'An agent.' },
    SYSTEM: { description: 'Instructions to the model.' },
    DEVELOPER: { description: 'Instructions to the model, in the RESPONSES dialect.' },
  } as const,
});

const MessageStatus = builder.enumType('MessageStatus', {
  description: 'Whether a message was finished.',
  values: {
    COMPLETED: { description: 'As its author meant it.' },
    INTERRUPTED: { description: 'Its author stopped before the end; this much was written.' },
  } as const,
});

export const Message = builder.objectRef<ItemOf<'message'>>('Message').implement({
  description: 'An item with a role.',
  interfaces: [ItemInterface, Node],
  fields: (t) => ({
    role: t.field({ type: MessageRole, description: 'Who speaks.', resolve: ({ shape }) => shape.role }),
    text: t.exposeString('text', {
      description: 'All text parts, joined by a newline; a refusal counts as text.',
    }),
    parts: t.field({
      type: [MessagePart],
      description: 'The content, part by part; a content that is a text is one TextPart.',
      resolve: (message) => message.parts,
    }),
    status: t.field({
      type: MessageStatus,
      description: 'Whether it was finished.',
      resolve: ({ stored }) => stored.status,
    }),
  }),
});

const MessageConnection = connectionType('Message', Message);

builder.objectFields(SessionType, (t) => ({
  lastMessage: t.field({
    type: Message,
    nullable: true,
    description: 'The newest message of a user or an assistant.',
    resolve: async (session, _args, { reading }) => {
      const entry = await reading.lastMessage(session);
      return entry === null ? null : messageOf(session.id, entry);
    },
  }),
  messages: t.field({
    type: MessageConnection,
    description:
      'Messages, oldest first. Without `first` or `last`: 50, the newest, or those next to the given cursor. At most 1,000, and fewer when they pass 2 MiB: hasNextPage and hasPreviousPage tell.',
    args: {
      first: t.arg.int({ description: 'So many from the oldest on, or next after `after`: 1 to 1,000.' }),
      after: t.arg.string({ description: 'Only messages after this cursor.' }),
      last: t.arg.int({
        description: 'The newest so many, or next before `before`: 1 to 1,000. Not with `first`.',
      }),
      before: t.arg.string({ description: 'Only messages before this cursor.' }),
      roles: t.arg({
        type: [MessageRole],
        defaultValue: ['USER', 'ASSISTANT'],
        description: 'Only messages of these roles. null is the default; an empty list is BAD_USER_INPUT.',
      }),
    },
    resolve: async (session, { roles, ...page }, { reading }) =>
      connectionOf(await reading.messages(session, page, roles), (entry) => {
        const node = messageOf(session.id, entry);
        return { cursor: node.cursor, node };
      }),
  }),
}));

/** An item that was read by its role, and so is a message. */
export function messageOf(sessionId: string, entry: Item['entry']): ItemOf<'message'> {
  const item = new Item(sessionId, entry);
  if (!isMessage(item)) throw new TypeError(`${item.id} has a role and is no message`);
  return item;
}

export function isMessage(item: Item): item is ItemOf<'message'> {
  return item.shape.kind === 'message';
}
