import { withCpu } from './traffic.mjs';

const RATE = 1_000;
const SECONDS = 60;
/** How often the server's memory is looked at, milliseconds. */
const LOOK_MS = 5_000;

/** A minute of one session with many messages and many followers: nothing may be lost, and memory must not grow. */
export const soak = [
  {
    name: 'soak',
    title: `One session, ${RATE} messages of 200 bytes a second for ${SECONDS} seconds, 1,000 followers`,
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
        writers: 8,
        writeBy: 'http',
        transport: 'websocket',
        inFlight: 1_000_000,
        readPort: server.port,
        writePort: writer.port,
        dialect: contender.dialect,
      });
      return async () => {
        await generator.tell('run', { seconds: 2, rate: RATE / 10 });
        const held = [];
        const looking = setInterval(() => void server.held().then((now) => held.push(now)), LOOK_MS);
        const run = await withCpu(server, place, () =>
          generator.tell('run', { seconds: quick ? SECONDS / 12 : SECONDS, rate: RATE }),
        );
        clearInterval(looking);
        const { delivered, cpu, redis, delivery, lost, repeated } = run;
        const growth = held.length < 3 ? 0 : held.at(-1).heap - held[1].heap;
        return {
          operations: delivered,
          seconds: run.seconds,
          cpu,
          redis,
          latency: delivery,
          lost,
          repeated,
          heapGrowth: growth,
          rss: Math.max(...held.map(({ rss }) => rss)),
        };
      };
    },
  },
];
