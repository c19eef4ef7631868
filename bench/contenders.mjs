/**
 * Who is compared. `store`: where it keeps what is written. `can`: what it has at all. `dialect`: how its schema is asked.
 * `isAlone`: one process has all of its store, so that the same server writes and is followed.
 */
const STOCK = ['append', 'append-websocket', 'follow', 'pieces', 'newest', 'idle'];

const OWN = {
  file: 'agent-sessions.mjs',
  dialect: 'product',
  can: [...STOCK, 'replay', 'event-stream'],
};

export const CONTENDERS = [
  {
    ...OWN,
    name: 'agent-sessions',
    title: 'agent-sessions on Redis',
    store: 'redis',
  },
  {
    ...OWN,
    name: 'agent-sessions-sqlite',
    title: 'agent-sessions on SQLite',
    store: 'sqlite',
    isAlone: true,
  },
  {
    ...OWN,
    name: 'agent-sessions-cluster',
    title: 'agent-sessions on Redis Cluster',
    store: 'cluster',
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

/** Another build of the product, to be compared with this one in the same minute; it takes part wherever this one does. */
export const otherBuild = (directory) => ({
  ...OWN,
  name: 'other-build',
  title: 'the other build, on Redis',
  store: 'redis',
  env: { BUILD: directory },
});
