/** Mercurius on Fastify, with mqemitter-redis. */
import { promisify } from 'node:util';
import { fastify } from 'fastify';
import { Redis } from 'ioredis';
import mercurius from 'mercurius';
import mqemitterRedis from 'mqemitter-redis';
import { resolversOf, typeDefs } from './stock-schema.mjs';
import { tellParent } from './tell.mjs';

const url = process.env.REDIS_URL;
const emitter = mqemitterRedis({ connectionString: url });
const emit = promisify(emitter.emit.bind(emitter));
const publish = (topic, payload) => emit({ topic, payload });
const app = fastify();
app.register(mercurius, {
  schema: typeDefs,
  resolvers: resolversOf(new Redis(url), publish, (topic, { pubsub }) => pubsub.subscribe(topic)),
  subscription: { emitter, fullWsTransport: true },
});
await app.listen({ port: 0, host: '127.0.0.1', backlog: 4096 });
tellParent(app.server.address().port);
