/** What a team would write with the stock parts: no rights, no limits, no resume, nothing kept of pieces. */
import { keep, newest, newMessage } from './redis-log.mjs';

export const typeDefs = `
  type Message { id: ID! sessionId: ID! role: String! text: String! createdAt: String! }
  type Piece { draftId: ID! offset: Int! text: String! }
  type Query { messages(sessionId: ID!, last: Int!): [Message!]! }
  type Mutation {
    addMessage(sessionId: ID!, role: String!, text: String!): Message!
    appendPiece(sessionId: ID!, draftId: ID!, offset: Int!, text: String!): Piece!
  }
  type Subscription {
    messageAdded(sessionId: ID!): Message!
    pieceAdded(sessionId: ID!): Piece!
  }
`;

/**
 * @param publish Hands a payload to everybody who follows a topic; resolves when it is on its way.
 * @param follow The iterator over what is published on a topic, given the resolver's context.
 */
export function resolversOf(redis, publish, follow) {
  return {
    Query: { messages: (_root, { sessionId, last }) => newest(redis, sessionId, last) },
    Mutation: {
      addMessage: async (_root, input) => {
        const message = newMessage(input);
        await Promise.all([
          keep(redis, message),
          publish(`messages:${input.sessionId}`, { messageAdded: message }),
        ]);
        return message;
      },
      appendPiece: async (_root, { sessionId, ...piece }) => {
        await publish(`pieces:${sessionId}`, { pieceAdded: piece });
        return piece;
      },
    },
    Subscription: {
      messageAdded: {
        subscribe: (_root, { sessionId }, context) => follow(`messages:${sessionId}`, context),
      },
      pieceAdded: { subscribe: (_root, { sessionId }, context) => follow(`pieces:${sessionId}`, context) },
    },
  };
}
