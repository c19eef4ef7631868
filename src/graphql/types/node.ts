import { isSessionId, type Session } from '../../core/session.ts';
import { Item } from '../../core/item.ts';
import { builder } from '../builder.ts';
import { itemTypeName } from './item-type-name.ts';

/** What has a global id: a session (its own id) or an item (`<sessionId>:<entry>`). */
export const Node = builder.interfaceRef<Session | Item>('Node').implement({
  description: 'Anything that `node` can load by its id.',
  resolveType: (node) => (node instanceof Item ? itemTypeName(node) : 'Session'),
  fields: (t) => ({
    id: t.exposeID('id', {
      description: 'Global: the id of a session, or `<sessionId>:<entry>` of an item.',
    }),
  }),
});

builder.queryField('node', (t) =>
  t.field({
    type: Node,
    nullable: true,
    description: "A session or an item by its id; null when there is none, or when it is not the viewer's.",
    args: { id: t.arg.id({ required: true, description: 'The id of a session or an item.' }) },
    resolve: async (_root, { id }, { viewer, sessions, reading }) => {
      if (isSessionId(id)) return sessions.get(viewer, id);
      const found = await reading.item(viewer, id);
      return found === null ? null : new Item(found.session.id, found.entry);
    },
  }),
);
