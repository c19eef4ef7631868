import { trafficScenario } from './traffic.mjs';

const follow = { writeBy: 'http', transport: 'websocket', operation: 'append', bytes: 500 };
const RIVALS = ['agent-sessions', 'agent-sessions-cluster', 'apollo', 'mercurius', 'yoga', 'bare-ws'];

export const deliveries = [
  trafficScenario({
    name: 'deliver-1x1000',
    title: 'Deliver a 500-byte message: 1 session × 1,000 followers, as fast as it goes (16 on their way)',
    unit: 'delivery',
    needs: ['follow'],
    base: 'apollo',
    contenders: RIVALS,
    counts: 'delivered',
    load: { ...follow, sessions: 1, followers: 1_000, writers: 1, inFlight: 16 },
  }),
  trafficScenario({
    name: 'deliver-1x1000-paced',
    title: 'The same at 20 messages a second, which every contender can',
    unit: 'delivery',
    needs: ['follow'],
    base: 'apollo',
    contenders: RIVALS,
    counts: 'delivered',
    rate: 20,
    load: { ...follow, sessions: 1, followers: 1_000, writers: 1, inFlight: 1_000 },
  }),
  trafficScenario({
    name: 'deliver-1000x1',
    title: 'Deliver a 500-byte message: 1,000 sessions × 1 follower, as fast as it goes (64 writers)',
    unit: 'delivery',
    needs: ['follow'],
    base: 'apollo',
    contenders: RIVALS,
    counts: 'delivered',
    load: { ...follow, sessions: 1_000, followers: 1, writers: 64, inFlight: 16 },
  }),
  trafficScenario({
    name: 'deliver-1000x1-paced',
    title: 'The same at 400 messages a second, which every contender can',
    unit: 'delivery',
    needs: ['follow'],
    base: 'apollo',
    contenders: RIVALS,
    counts: 'delivered',
    rate: 400,
    load: { ...follow, sessions: 1_000, followers: 1, writers: 64, inFlight: 16 },
  }),
  trafficScenario({
    name: 'deliver-1x1000-events',
    title:
      'Deliver a 500-byte message over server-sent events: 1 session × 1,000 followers (16 on their way)',
    unit: 'delivery',
    needs: ['event-stream'],
    base: 'yoga',
    contenders: ['agent-sessions', 'yoga'],
    counts: 'delivered',
    load: { ...follow, transport: 'event-stream', sessions: 1, followers: 1_000, writers: 1, inFlight: 16 },
  }),
  trafficScenario({
    name: 'deltas-200x2',
    title:
      'Deliver a 20-byte piece of a message that is being written: 200 sessions × 2 followers (64 writers)',
    unit: 'delivery',
    needs: ['pieces'],
    base: 'apollo',
    contenders: RIVALS,
    counts: 'delivered',
    load: {
      ...follow,
      operation: 'piece',
      bytes: 20,
      sessions: 200,
      followers: 2,
      writers: 64,
      inFlight: 16,
    },
  }),
];
