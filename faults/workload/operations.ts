import { z } from 'zod';

export const CREATE = `mutation ($input: CreateSessionInput!) {
  createSession(input: $input) { session { id cursor } }
}`;

export const ADD = `mutation ($input: AddMessageInput!) {
  addMessage(input: $input) { message { cursor } }
}`;

export const NEWEST = `query ($id: ID!, $last: Int!) {
  session(id: $id) { messages(last: $last) { nodes { text } } }
}`;

export const PAGE = `query ($id: ID!, $after: String) {
  session(id: $id) {
    messages(first: 1000, after: $after) { pageInfo { hasNextPage endCursor } nodes { cursor text } }
  }
}`;

export const EVENTS = `subscription ($sessionId: ID!, $after: String) {
  sessionEvents(sessionId: $sessionId, after: $after) {
    __typename
    cursor
    ... on ItemAdded { item { ... on Message { text } } }
  }
}`;

/** What these operations answer with. */
export const CREATED = z.object({
  createSession: z.object({ session: z.object({ id: z.string(), cursor: z.string() }) }),
});
export const ADDED = z.object({ addMessage: z.object({ message: z.object({ cursor: z.string() }) }) });
export const NEWEST_VALUES = z.object({
  session: z.object({ messages: z.object({ nodes: z.array(z.object({ text: z.string() })) }) }).nullable(),
});
export const PAGE_OF_LOG = z.object({
  session: z
    .object({
      messages: z.object({
        pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
        nodes: z.array(z.object({ cursor: z.string(), text: z.string() })),
      }),
    })
    .nullable(),
});
export const EVENT = z.object({
  sessionEvents: z.object({
    __typename: z.string(),
    cursor: z.string().nullable(),
    item: z.object({ text: z.string().optional() }).optional(),
  }),
});
