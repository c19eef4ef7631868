import { initGraphQLTada, type ResultOf } from 'gql.tada';
import type { introspection } from './graphql-env.d.ts';

/** Documents get their types from the schema, which `npm run types` reads. */
const graphql = initGraphQLTada<{
  introspection: introspection;
  scalars: { DateTime: string; JSONObject: Readonly<Record<string, unknown>> };
}>();

export const CONVERSATIONS = graphql(`query Conversations {
  sessions(first: 100) { nodes { id title updatedAt lastMessage { id text } } pageInfo { startCursor } }
}`);
export const LIST_EVENTS = graphql(`subscription ListEvents($after: String) {
  sessionListChanged(after: $after) {
    __typename ... on SessionListed { session { id title updatedAt lastMessage { id text } } }
    ... on SessionUnlisted { sessionId }
  }
}`);

export const CONVERSATION = graphql(`query Conversation($id: ID!) {
  session(id: $id) {
    id title cursor drafts { id role agent text } messages(last: 50) {
      edges { __typename cursor node { id cursor role agent text status metadata } }
      pageInfo { startCursor hasPreviousPage }
    }
  }
}`);
export const OLDER_MESSAGES = graphql(`query OlderMessages($id: ID!, $before: String) {
  session(id: $id) {
    id messages(last: 50, before: $before) {
      edges { __typename cursor node { id cursor role agent text status metadata } }
      pageInfo { startCursor hasPreviousPage }
    }
  }
}`);

export const EVENTS = graphql(`subscription Events($id: ID!, $after: String) {
  sessionEvents(sessionId: $id, after: $after) {
    __typename cursor
    ... on ItemAdded { finishesDraft item { __typename ... on Message { id cursor role agent text status metadata } } }
    ... on ItemRemoved { itemId }
    ... on DraftStarted { draft { id role agent text } }
    ... on DraftAppended { draftId channel offset text }
    ... on DraftCancelled { draftId }
  }
}`);

export const SEND = graphql(
  `mutation Send($input: AddMessageInput!) { addMessage(input: $input) { message { id } } }`,
);
export const CREATE = graphql(`mutation Create { made: createSession(input: {}) { session { id } } }`);
export const DELETE = graphql(`mutation Delete($id: ID!) { deleteSession(input: { id: $id }) { deleted } }`);

export type Session = NonNullable<ResultOf<typeof CONVERSATION>['session']>;
export type SessionEvent = ResultOf<typeof EVENTS>['sessionEvents'];
