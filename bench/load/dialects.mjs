/**
 * The same operations as each contender's schema has them; `*Query` go over any transport. What is asked of a message is
 * the same everywhere, and what a follower of the product gets besides is the cursor.
 */
const MESSAGE = 'id sessionId role text createdAt';

const product = {
  prepare: (id) => ({
    query: 'mutation ($id: ID!) { createSession(input: { id: $id, ifExists: RETURN }) { session { id } } }',
    variables: { id },
  }),
  append: (sessionId, text) => ({
    query: `mutation ($input: AddMessageInput!) { addMessage(input: $input) { message { ${MESSAGE} } } }`,
    variables: { input: { sessionId, role: 'ASSISTANT', text } },
  }),
  follow: (sessionId) => ({
    query: `subscription ($id: ID!) { messageAdded(sessionId: $id) { ${MESSAGE} cursor } }`,
    variables: { id: sessionId },
  }),
  /** From the first item on. */
  replay: (sessionId) => ({
    query: `subscription ($id: ID!) { messageAdded(sessionId: $id, after: "0") { ${MESSAGE} cursor } }`,
    variables: { id: sessionId },
  }),
  startDraft: (sessionId) => ({
    query: 'mutation ($id: ID!) { startMessage(input: { sessionId: $id }) { draft { id } } }',
    variables: { id: sessionId },
  }),
  draftIdOf: ({ startMessage }) => startMessage.draft.id,
  appendPiece: (sessionId, draftId, offset, text) => ({
    query: 'mutation ($input: AppendToMessageInput!) { appendToMessage(input: $input) { draft { id } } }',
    variables: { input: { sessionId, draftId, offset, text } },
  }),
  followPieces: (sessionId) => ({
    query:
      'subscription ($id: ID!) { sessionEvents(sessionId: $id) { ... on DraftAppended { draftId offset text } } }',
    variables: { id: sessionId },
  }),
  newest: (sessionId, last) => ({
    query: `query ($id: ID!, $last: Int!) { session(id: $id) { messages(last: $last) { nodes { ${MESSAGE} } } } }`,
    variables: { id: sessionId, last },
  }),
  fill: (sessionId, texts) => ({
    query: 'mutation ($input: AddItemsInput!) { addItems(input: $input) { session { id } } }',
    variables: {
      input: {
        sessionId,
        items: texts.map((content) => ({ type: 'message', role: 'user', content })),
      },
    },
  }),
};

const stock = {
  prepare: () => null,
  append: (sessionId, text) => ({
    query: `mutation ($sessionId: ID!, $role: String!, $text: String!) { addMessage(sessionId: $sessionId, role: $role, text: $text) { ${MESSAGE} } }`,
    variables: { sessionId, role: 'ASSISTANT', text },
  }),
  follow: (sessionId) => ({
    query: `subscription ($sessionId: ID!) { messageAdded(sessionId: $sessionId) { ${MESSAGE} } }`,
    variables: { sessionId },
  }),
  startDraft: () => null,
  appendPiece: (sessionId, draftId, offset, text) => ({
    query:
      'mutation ($sessionId: ID!, $draftId: ID!, $offset: Int!, $text: String!) { appendPiece(sessionId: $sessionId, draftId: $draftId, offset: $offset, text: $text) { draftId } }',
    variables: { sessionId, draftId, offset, text },
  }),
  followPieces: (sessionId) => ({
    query: 'subscription ($sessionId: ID!) { pieceAdded(sessionId: $sessionId) { draftId offset text } }',
    variables: { sessionId },
  }),
  newest: (sessionId, last) => ({
    query: `query ($sessionId: ID!, $last: Int!) { messages(sessionId: $sessionId, last: $last) { ${MESSAGE} } }`,
    variables: { sessionId, last },
  }),
};

export const DIALECTS = { product, stock };
