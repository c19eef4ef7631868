import { cpuOfTree } from '../measure/cpu.mjs';
import { withCpu } from './traffic.mjs';

const RATE = 1_000;
const SECONDS = 60;
/** How often the server's memory is looked at while it works, milliseconds. */
const LOOK_MS = 10_000;

/** A minute of one session with many messages and many followers: nothing may be lost, and memory must not grow. */
export const soak = [
  {
    name: 'soak',
    title: `One session, ${RATE.toLocaleString('en')} messages of 200 bytes a second for ${SECONDS} seconds, 1,000 followers`,
    unit: 'delivery',
    needs: ['follow'],
    base: 'agent-sessions',
    contenders: ['agent-sessions'],
    once: true,
    hasLength: true,
    async open(contender, place, { quick }) {
      const [server, writer] = [await place.server(place.execArgv), await place.server()];
      const generator = place.generator();
      await generator.tell('open', {
        operation: 'append',
        bytes: 200,
        sessions: 1,
        followers: 1_000,
        writers: 32,
        writeBy: 'http',
        transport: 'websocket',
        inFlight: 1_000_000,
        readPort: server.port,
        writePort: writer.port,
        dialect: contender.dialect,
      });
      return async () => {
        const asked = quick ? SECONDS / 12 : SECONDS;
        await generator.tell('run', { seconds: 2, rate: RATE / 10 });
        const before = await server.held();
        const generated = cpuOfTree(generator.pid);
        const seen = [];
        const looking = setInterval(() => void server.seen().then((now) => seen.push(now)), LOOK_MS);
        const run = await withCpu(server, place, () => generator.tell('run', { seconds: asked, rate: RATE }));
        clearInterval(looking);
        const { written, delivered, cpu, redis, delivery, lost, repeated } = run;
        return {
          operations: delivered,
          seconds: run.seconds,
          cpu,
          redis,
          latency: delivery,
          lost,
          repeated,
          written,
          behind: Math.max(0, run.seconds - asked),
          generator: cpuOfTree(generator.pid) - generated,
          seen,
          held: [before, await server.held()],
        };
      };
    },
  },
];
