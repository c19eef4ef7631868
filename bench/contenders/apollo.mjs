/** Apollo Server on Express, graphql-ws and graphql-redis-subscriptions, as their documentation puts them together. */
import { createServer } from 'node:http';
import { ApolloServer } from '@apollo/server';
import { expressMiddleware } from '@as-integrations/express5';
import { makeExecutableSchema } from '@graphql-tools/schema';
import express from 'express';
import { RedisPubSub } from 'graphql-redis-subscriptions';
import { useServer } from 'graphql-ws/use/ws';
import { Redis } from 'ioredis';
import { WebSocketServer } from 'ws';
import { resolversOf, typeDefs } from './stock-schema.mjs';
import { listen } from './tell.mjs';

const url = process.env.REDIS_URL;
const redis = new Redis(url);
const pubsub = new RedisPubSub({ publisher: redis, subscriber: new Redis(url) });
const schema = makeExecutableSchema({
  typeDefs,
  resolvers: resolversOf(
    redis,
    (topic, payload) => pubsub.publish(topic, payload),
    (topic) => pubsub.asyncIterator(topic),
  ),
});

const app = express();
const server = createServer(app);
useServer({ schema }, new WebSocketServer({ server, path: '/graphql' }));
const apollo = new ApolloServer({ schema });
await apollo.start();
app.use('/graphql', express.json(), expressMiddleware(apollo));
await listen(server);
