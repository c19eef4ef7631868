import { withCpu } from './traffic.mjs';

const LOAD = {
  operation: 'append',
  bytes: 500,
  sessions: 100,
  followers: 2,
  writers: 100,
  writeBy: 'http',
  transport: 'websocket',
  inFlight: 1_000,
};
/** Seconds in which the most that a contender can is found out. */
const PROBE = 2;

/** From the moment at which a message is due to be written to that at which each follower has it. */
export const latency = [
  {
    name: 'latency-half-load',
    title:
      'From append to delivery, 100 sessions × 2 followers, one server, at half of what each contender can at most',
    unit: 'delivery',
    needs: ['follow'],
    base: 'apollo',
    async open(contender, place) {
      const server = await place.server(place.execArgv);
      const generator = place.generator();
      const ports = { readPort: server.port, writePort: server.port };
      await generator.tell('open', { ...LOAD, ...ports, dialect: contender.dialect });
      await generator.tell('run', { seconds: PROBE });
      const most = await generator.tell('run', { seconds: PROBE });
      const rate = most.written / most.seconds / 2;
      return async (seconds) => {
        const run = await withCpu(server, place, () => generator.tell('run', { seconds, rate }));
        const { delivered, cpu, redis, delivery, lost, repeated } = run;
        return { operations: delivered, seconds: run.seconds, cpu, redis, latency: delivery, lost, repeated };
      };
    },
  },
];
