/**
 * What the documentation of graphql-yoga, graphql-ws and graphql-redis-subscriptions puts together: a mutation publishes a
 * piece, `asyncIterator` hands it on. Nothing is stored, checked or made up for: it is the floor of the stock parts.
 */
import { createServer } from 'node:http';
import {
  GraphQLSchema,
  GraphQLObjectType,
  GraphQLNonNull,
  GraphQLString,
  GraphQLInt,
  GraphQLID,
} from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { createYoga } from 'graphql-yoga';
import { RedisPubSub } from 'graphql-redis-subscriptions';
import { Redis } from 'ioredis';
import { WebSocketServer } from 'ws';

const url = process.env.REDIS_URL;
const pubsub = new RedisPubSub({ publisher: new Redis(url), subscriber: new Redis(url) });

const Piece = new GraphQLObjectType({
  name: 'Piece',
  fields: {
    draftId: { type: new GraphQLNonNull(GraphQLID) },
    offset: { type: new GraphQLNonNull(GraphQLInt) },
    text: { type: new GraphQLNonNull(GraphQLString) },
  },
});
const schema = new GraphQLSchema({
  query: new GraphQLObjectType({ name: 'Query', fields: { ok: { type: GraphQLString } } }),
  mutation: new GraphQLObjectType({
    name: 'Mutation',
    fields: {
      append: {
        type: Piece,
        args: {
          sessionId: { type: new GraphQLNonNull(GraphQLID) },
          draftId: { type: new GraphQLNonNull(GraphQLID) },
          offset: { type: new GraphQLNonNull(GraphQLInt) },
          text: { type: new GraphQLNonNull(GraphQLString) },
        },
        resolve: async (_root, { sessionId, ...piece }) => {
          await pubsub.publish(sessionId, { pieces: piece });
          return piece;
        },
      },
    },
  }),
  subscription: new GraphQLObjectType({
    name: 'Subscription',
    fields: {
      pieces: {
        type: Piece,
        args: { sessionId: { type: new GraphQLNonNull(GraphQLID) } },
        subscribe: (_root, { sessionId }) => pubsub.asyncIterator(sessionId),
      },
    },
  }),
});

const yoga = createYoga({ schema, logging: false });
const server = createServer((request, response) => void yoga(request, response));
useServer(
  {
    execute: (args) => args.rootValue.execute(args),
    subscribe: (args) => args.rootValue.subscribe(args),
    onSubscribe: async (context, _id, payload) => {
      const {
        schema: own,
        execute,
        subscribe,
        contextFactory,
        parse,
        validate,
      } = yoga.getEnveloped({
        ...context,
        req: context.extra.request,
        socket: context.extra.socket,
        params: payload,
      });
      const args = {
        schema: own,
        operationName: payload.operationName,
        document: parse(payload.query),
        variableValues: payload.variables,
        contextValue: await contextFactory(),
        rootValue: { execute, subscribe },
      };
      const errors = validate(args.schema, args.document);
      return errors.length > 0 ? errors : args;
    },
  },
  new WebSocketServer({ server, path: '/graphql' }),
);
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
process.send({ port: server.address().port });
