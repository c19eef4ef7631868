/**
 * Who is compared. `store`: where it keeps what is written. `can`: what it has at all. `dialect`: how its schema is asked.
 * `isAlone`: one process has all of its store, so that the same server writes and is followed.
 */
const STOCK = ['append', 'append-websocket', 'follow', 'pieces', 'newest', 'idle'];

export const CONTENDERS = [
  {
    name: 'agent-sessions',
    title: 'agent-sessions on Redis',
    file: 'agent-sessions.mjs',
    dialect: 'product',
    store: 'redis',
    can: [...STOCK, 'replay', 'event-stream'],
  },
  {
    name: 'agent-sessions-sqlite',
    title: 'agent-sessions on SQLite',
    file: 'agent-sessions.mjs',
    dialect: 'product',
    store: 'sqlite',
    isAlone: true,
    can: [...STOCK, 'replay', 'event-stream'],
  },
  {
    name: 'agent-sessions-cluster',
    title: 'agent-sessions on Redis Cluster',
    file: 'agent-sessions.mjs',
    dialect: 'product',
    store: 'cluster',
    can: [...STOCK, 'replay', 'event-stream'],
  },
  {
    name: 'apollo',
    title: 'Apollo Server 5, graphql-ws, graphql-redis-subscriptions',
    file: 'apollo.mjs',
    dialect: 'stock',
    store: 'redis',
    can: STOCK,
  },
  {
    name: 'mercurius',
    title: 'Mercurius, mqemitter-redis',
    file: 'mercurius.mjs',
    dialect: 'stock',
    store: 'redis',
    can: STOCK,
  },
  {
    name: 'yoga',
    title: 'Yoga, Pothos, graphql-redis-subscriptions',
    file: 'yoga.mjs',
    dialect: 'stock',
    store: 'redis',
    can: [...STOCK, 'event-stream'],
  },
  {
    name: 'bare-ws',
    title: 'ws and ioredis, no GraphQL',
    file: 'bare-ws.mjs',
    dialect: 'stock',
    store: 'redis',
    can: STOCK,
  },
  {
    name: 'bare-http',
    title: 'node:http that only answers',
    file: 'bare-http.mjs',
    dialect: 'stock',
    store: 'redis',
    can: ['append'],
  },
];
