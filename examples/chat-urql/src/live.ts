import type { UpdatesConfig } from '@urql/exchange-graphcache';
import { CONVERSATION, CONVERSATIONS, type ListEvent, type Session, type SessionEvent } from './graphql.ts';

/** How far the cache is, by conversation, and of which conversations a connection has not told yet. */
const cursors = new Map<unknown, string>();
const untold = new Set<unknown>();

/** What a subscription is sent with, at first and after each break: it goes on where the cache is. */
export function goOn(variables: Readonly<Record<string, unknown>>): Record<string, unknown> {
  untold.add(variables['id']);
  return { ...variables, after: cursors.get(variables['id']) ?? variables['after'] };
}

export const updates: UpdatesConfig = {
  Subscription: {
    sessionListChanged(result, _, cache) {
      const event = result['sessionListChanged'] as ListEvent;
      const changed = event.__typename === 'SessionListed' ? event.session.id : event.sessionId;
      cache.updateQuery({ query: CONVERSATIONS }, (data) => {
        const nodes = data?.sessions.nodes.filter(({ id }) => id !== changed) ?? [];
        if (event.__typename === 'SessionListed') nodes.push(event.session);
        return data && { sessions: { ...data.sessions, nodes } };
      });
    },
    sessionEvents(result, args, cache) {
      const event = result['sessionEvents'] as SessionEvent;
      const id = args['sessionId'] as string;
      cache.updateQuery({ query: CONVERSATION, variables: { id } }, (data) => {
        // What a subscription tells that began before the last read, the next one tells again.
        if (data?.session?.cursor !== args['after']) return data;
        if (!data?.session || event.__typename === 'SessionDeleted') return { session: null };
        // Whoever comes back is told anew of all that is being written.
        const session = changed(event, untold.delete(id) ? { ...data.session, drafts: [] } : data.session);
        if (event.cursor) cursors.set(id, event.cursor);
        if (session) return { session };
        // What is not in the cache is read, and followed from there.
        cursors.delete(id);
        for (const field of cache.inspectFields({ __typename: 'Session', id }))
          if (field.fieldName === 'messages') cache.invalidate(`Session:${id}`, 'messages', field.arguments);
        return null;
      });
    },
  },
};

/** What an event makes of the end of a conversation; null when nothing that was read is left of it. */
function changed(event: SessionEvent, session: Session): Session | null {
  let { drafts } = session;
  let { edges } = session.messages;
  const without = (draftId: string | null) => drafts.filter(({ id }) => id !== draftId);
  if (event.__typename === 'ItemAdded') {
    const { item, finishesDraft } = event;
    drafts = without(finishesDraft);
    // Tool calls, instructions to the model and so on are items, too.
    if (item.__typename === 'Message' && (item.role === 'USER' || item.role === 'ASSISTANT'))
      edges = [...edges, { __typename: 'MessageEdge', cursor: item.cursor, node: item }];
  } else if (event.__typename === 'ItemRemoved') {
    edges = edges.filter(({ node }) => node.id !== event.itemId);
    if (edges.length === 0) return null;
  } else if (event.__typename === 'SessionCleared' || event.__typename === 'ResyncRequired') return null;
  else if (event.__typename === 'DraftStarted') drafts = [...without(event.draft.id), event.draft];
  else if (event.__typename === 'DraftCancelled') drafts = without(event.draftId);
  else if (event.__typename === 'DraftAppended' && event.channel === 'TEXT') {
    const grow = (text: string) => text.slice(0, event.offset) + event.text;
    drafts = drafts.map((one) => (one.id === event.draftId ? { ...one, text: grow(one.text) } : one));
  }
  return { ...session, drafts, messages: { ...session.messages, edges } };
}
