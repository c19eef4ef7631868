import { trafficScenario } from './traffic.mjs';

const append = { operation: 'append', bytes: 500, sessions: 100, followers: 0 };

export const appends = [
  trafficScenario({
    name: 'append-http',
    title: 'Append a 500-byte message over HTTP, 32 kept connections, 100 sessions',
    unit: 'append',
    needs: ['append'],
    base: 'mercurius',
    counts: 'written',
    load: { ...append, writeBy: 'http', writers: 32 },
  }),
  trafficScenario({
    name: 'append-websocket',
    title: 'Append a 500-byte message over 2 WebSockets, 16 operations at once on each, 100 sessions',
    unit: 'append',
    needs: ['append-websocket'],
    base: 'mercurius',
    counts: 'written',
    load: { ...append, writeBy: 'websocket', writers: 32 },
  }),
  trafficScenario({
    name: 'append-one-client',
    title: 'Append a 500-byte message over HTTP, one client, one after the other',
    unit: 'append',
    needs: ['append'],
    base: 'mercurius',
    counts: 'written',
    load: { ...append, sessions: 1, writeBy: 'http', writers: 1 },
  }),
];
