import { fill } from './filled.mjs';
import { withCpu } from './traffic.mjs';

const ITEMS = 100_000;
const BYTES = 200;

/** From the first item to the last, for one who was away; what has no log cannot. */
const replayOver = (transport, name) => ({
  name: `catch-up-${transport}`,
  title: `Catch up on ${ITEMS.toLocaleString('en')} messages of ${BYTES} bytes over ${name}, one reader`,
  unit: 'message',
  needs: ['replay'],
  base: 'agent-sessions',
  hasLength: true,
  async open(contender, place) {
    const server = await place.server(place.execArgv);
    const where = { port: server.port, redisUrl: place.redisUrl };
    await fill(contender, where, 's0', { items: ITEMS, bytes: BYTES });
    const generator = place.generator();
    const options = {
      dialect: contender.dialect,
      port: server.port,
      session: 's0',
      items: ITEMS,
      bytes: BYTES,
    };
    return async () => {
      const run = await withCpu(server, place, () =>
        generator.tell('replay', { ...options, transport, readers: 1 }),
      );
      const { delivered, seconds, cpu, redis, lost } = run;
      return { operations: delivered, seconds, cpu, redis, lost, repeated: 0 };
    };
  },
});

export const replays = [
  replayOver('websocket', 'a WebSocket'),
  replayOver('event-stream', 'server-sent events'),
];
