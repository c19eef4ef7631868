/** GraphQL Yoga and Pothos, graphql-ws, and the iterator of graphql-redis-subscriptions. */
import { createServer } from 'node:http';
import SchemaBuilder from '@pothos/core';
import { RedisPubSub } from 'graphql-redis-subscriptions';
import { useServer } from 'graphql-ws/use/ws';
import { createYoga } from 'graphql-yoga';
import { Redis } from 'ioredis';
import { WebSocketServer } from 'ws';
import { resolversOf } from './stock-schema.mjs';
import { listen } from './tell.mjs';

const url = process.env.REDIS_URL;
const redis = new Redis(url);
const pubsub = new RedisPubSub({ publisher: redis, subscriber: new Redis(url) });
const { Query, Mutation, Subscription } = resolversOf(
  redis,
  (topic, payload) => pubsub.publish(topic, payload),
  (topic) => pubsub.asyncIterator(topic),
);

const builder = new SchemaBuilder({});
const Message = builder.objectRef('Message').implement({
  fields: (t) => ({
    id: t.exposeID('id'),
    sessionId: t.exposeID('sessionId'),
    role: t.exposeString('role'),
    text: t.exposeString('text'),
    createdAt: t.exposeString('createdAt'),
  }),
});
const Piece = builder.objectRef('Piece').implement({
  fields: (t) => ({
    draftId: t.exposeID('draftId'),
    offset: t.exposeInt('offset'),
    text: t.exposeString('text'),
  }),
});
builder.queryType({
  fields: (t) => ({
    messages: t.field({
      type: [Message],
      args: { sessionId: t.arg.id({ required: true }), last: t.arg.int({ required: true }) },
      resolve: Query.messages,
    }),
  }),
});
builder.mutationType({
  fields: (t) => ({
    addMessage: t.field({
      type: Message,
      args: {
        sessionId: t.arg.id({ required: true }),
        role: t.arg.string({ required: true }),
        text: t.arg.string({ required: true }),
      },
      resolve: Mutation.addMessage,
    }),
    appendPiece: t.field({
      type: Piece,
      args: {
        sessionId: t.arg.id({ required: true }),
        draftId: t.arg.id({ required: true }),
        offset: t.arg.int({ required: true }),
        text: t.arg.string({ required: true }),
      },
      resolve: Mutation.appendPiece,
    }),
  }),
});
builder.subscriptionType({
  fields: (t) => ({
    messageAdded: t.field({
      type: Message,
      args: { sessionId: t.arg.id({ required: true }) },
      subscribe: Subscription.messageAdded.subscribe,
      resolve: ({ messageAdded }) => messageAdded,
    }),
    pieceAdded: t.field({
      type: Piece,
      args: { sessionId: t.arg.id({ required: true }) },
      subscribe: Subscription.pieceAdded.subscribe,
      resolve: ({ pieceAdded }) => pieceAdded,
    }),
  }),
});
const schema = builder.toSchema();
const yoga = createYoga({ schema, logging: false });
const server = createServer((request, response) => void yoga(request, response));

/** As Yoga's documentation has graphql-ws run by it. */
const throughYoga = {
  execute: (args) => args.rootValue.execute(args),
  subscribe: (args) => args.rootValue.subscribe(args),
  onSubscribe: async (context, _id, payload) => {
    const enveloped = yoga.getEnveloped({
      ...context,
      req: context.extra.request,
      socket: context.extra.socket,
      params: payload,
    });
    const args = {
      schema: enveloped.schema,
      operationName: payload.operationName,
      document: enveloped.parse(payload.query),
      variableValues: payload.variables,
      contextValue: await enveloped.contextFactory(),
      rootValue: { execute: enveloped.execute, subscribe: enveloped.subscribe },
    };
    const errors = enveloped.validate(args.schema, args.document);
    return errors.length > 0 ? errors : args;
  },
};
useServer(throughYoga, new WebSocketServer({ server, path: '/graphql' }));
await listen(server);
