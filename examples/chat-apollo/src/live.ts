import { defer, EMPTY, lastValueFrom, map, switchMap } from 'rxjs';
import { client, tryAgain } from './client.ts';
import { CONVERSATION, CONVERSATIONS, EVENTS, LIST_EVENTS, SEND } from './graphql.ts';
import type { Session, SessionEvent } from './graphql.ts';

/** Reads the list and keeps it true. After a break it is read again, since nobody is told later of what is gone. */
export const followConversations = () =>
  defer(() => client.query({ query: CONVERSATIONS, fetchPolicy: 'network-only' })).pipe(
    switchMap(({ data }) => {
      const variables = { after: data?.sessions.pageInfo.startCursor ?? '0' };
      return client.subscribe({ query: LIST_EVENTS, variables, fetchPolicy: 'no-cache' });
    }),
    map((result) => {
      const event = dataOf(result).sessionListChanged;
      if (event.__typename === 'SessionUnlisted') client.cache.evict({ id: `Session:${event.sessionId}` });
      client.cache.updateQuery({ query: CONVERSATIONS }, (data) => {
        if (!data || event.__typename !== 'SessionListed') return;
        const others = data.sessions.nodes.filter(({ id }) => id !== event.session.id);
        return { sessions: { ...data.sessions, nodes: [event.session, ...others] } };
      });
    }),
    tryAgain(),
  );

/** Reads a conversation and keeps it true. After a break the cache still has it, with the cursor to go on from. */
export const followConversation = (id: string) =>
  defer(() => client.query({ query: CONVERSATION, variables: { id } })).pipe(
    switchMap(({ data }) => {
      if (!data?.session) return EMPTY;
      const variables = { id, after: data.session.cursor };
      const results = client.subscribe({ query: EVENTS, variables, fetchPolicy: 'no-cache' });
      return results.pipe(map((result, index) => apply(dataOf(result).sessionEvents, id, index === 0)));
    }),
    tryAgain(),
  );

function apply(event: SessionEvent, id: string, isFirst: boolean): void {
  client.cache.updateQuery({ query: CONVERSATION, variables: { id } }, (data) => {
    if (!data?.session || event.__typename === 'SessionDeleted') return { session: null };
    // Whoever comes back is told anew of all that is being written.
    return { session: changed(event, isFirst ? { ...data.session, drafts: [] } : data.session) };
  });
  if (event.__typename !== 'ResyncRequired') return;
  client.cache.evict({ id: `Session:${id}`, fieldName: 'messages' });
  throw new Error('What was read is no longer the past of the log, and has to be read again.');
}

/** What an event makes of a conversation. */
function changed(event: SessionEvent, session: Session): Session {
  let { drafts } = session;
  let { edges, pageInfo } = session.messages;
  const without = (draftId: string | null) => drafts.filter(({ id }) => id !== draftId);
  if (event.__typename === 'ItemAdded') {
    const { item, finishesDraft } = event;
    drafts = without(finishesDraft);
    // Tool calls, instructions to the model and so on are items, too.
    if (item.__typename === 'Message' && (item.role === 'USER' || item.role === 'ASSISTANT'))
      edges = [...edges, { __typename: 'MessageEdge', cursor: item.cursor, node: item }];
  } else if (event.__typename === 'ItemRemoved') {
    edges = edges.filter(({ node }) => node.id !== event.itemId);
  } else if (event.__typename === 'SessionCleared') {
    [edges, pageInfo, drafts] = [[], { ...pageInfo, hasPreviousPage: false }, []];
  } else if (event.__typename === 'DraftStarted') drafts = [...without(event.draft.id), event.draft];
  else if (event.__typename === 'DraftCancelled') drafts = without(event.draftId);
  else if (event.__typename === 'DraftAppended' && event.channel === 'TEXT') {
    const grow = (text: string) => text.slice(0, event.offset) + event.text;
    drafts = drafts.map((one) => (one.id === event.draftId ? { ...one, text: grow(one.text) } : one));
  }
  const messages = { ...session.messages, edges, pageInfo };
  return { ...session, cursor: event.cursor ?? session.cursor, drafts, messages };
}

/** Sends a message until it is known to be stored. Its key lets that happen once, and tells which it is in the log. */
export function sendMessage(sessionId: string, text: string, key: string): Promise<unknown> {
  const input = { sessionId, role: 'USER', text, idempotencyKey: key, metadata: { key } } as const;
  return lastValueFrom(defer(() => client.mutate({ mutation: SEND, variables: { input } })).pipe(tryAgain()));
}

function dataOf<T>({ data, error }: { data?: T | undefined; error?: unknown }): T {
  if (data === undefined) throw error;
  return data;
}
