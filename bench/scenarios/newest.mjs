import { fill } from './filled.mjs';
import { withCpu } from './traffic.mjs';

const BYTES = 200;

/** The last 50 messages of a session so long, over 4 kept connections. */
const newestOf = (size) => ({
  name: `newest-of-${size}`,
  title: `The last 50 of ${size.toLocaleString('en')} messages, 4 kept connections`,
  unit: 'page',
  needs: ['newest'],
  base: 'mercurius',
  contenders: ['agent-sessions', 'agent-sessions-sqlite', 'agent-sessions-cluster', 'mercurius'],
  async open(contender, place) {
    const server = await place.server(place.execArgv);
    const where = { port: server.port, redisUrl: place.redisUrl };
    // Sessions that the traffic asks for are called so.
    await fill(contender, where, 's0', { items: size, bytes: BYTES });
    const generator = place.generator();
    await generator.tell('open', {
      operation: 'newest',
      last: 50,
      size,
      sessions: 1,
      writers: 4,
      writeBy: 'http',
      dialect: contender.dialect,
      readPort: server.port,
      writePort: server.port,
    });
    return async (seconds) => {
      const run = await withCpu(server, place, () => generator.tell('run', { seconds }));
      const { written: operations, answer: latency, lost, repeated, cpu, redis } = run;
      return { operations, seconds: run.seconds, cpu, redis, latency, lost, repeated };
    };
  },
});

export const newest = [10, 10_000, 1_000_000].map(newestOf);
