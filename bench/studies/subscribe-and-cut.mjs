import { parseArgs } from 'node:util';
import { Redis } from 'ioredis';
import { ask, startMeasuredServer } from './measured.mjs';
import { startRedis } from '../measure/redis-server.mjs';
import { open, TRANSPORTS } from './subscribers.mjs';

const SESSIONS = 20;
const AT_ONCE = 50;
const WARM_UP = 1_000;
const FOLLOW = `subscription ($id: ID!) { sessionEvents(sessionId: $id, after: "0") { __typename cursor } }`;
const CREATE = 'mutation ($id: ID!) { createSession(input: { id: $id }) { session { id } } }';
const SAY =
  'mutation ($id: ID!) { addMessage(input: { sessionId: $id, role: USER, text: "x" }) { message { id } } }';

/**
 * Whether those who come and go leave anything behind, on Redis: `--cycles` (10,000) subscribers over all transports, each
 * cut off at once or after its first event, while messages go by. Prints what the server and Redis held before and after.
 */
export async function run(args) {
  const { values } = parseArgs({ args, options: { cycles: { type: 'string', default: '10000' } } });
  const redis = await startRedis();
  const server = await startMeasuredServer({ STORE_URL: redis.url });
  const client = new Redis(redis.url);
  try {
    for (let n = 0; n < SESSIONS; n++) await ask(server, CREATE, { id: `s${n}` });
    await cycle(server, WARM_UP);
    const before = await settled(server, client);
    const start = performance.now();
    await cycle(server, Number(values.cycles));
    const seconds = (performance.now() - start) / 1_000;
    console.log(`${Number(values.cycles).toLocaleString('en')} cycles in ${seconds.toFixed(1)} s`);
    console.table({ before, after: await settled(server, client) });
  } finally {
    client.disconnect();
    await server.stop();
    await redis.stop();
  }
}

async function cycle(server, count) {
  let next = 0;
  const work = async () => {
    for (let n = next++; n < count; n = next++) {
      const id = `s${n % SESSIONS}`;
      const subscriber = await open(TRANSPORTS[n % 3], server, FOLLOW, { id });
      if (n % 2 === 0) await new Promise((resolve) => (subscriber.onResult = resolve));
      if (n % 10 === 0) await ask(server, SAY, { id });
      subscriber.leave();
      await subscriber.ended;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

/** What is held when nobody subscribes and connections that were kept have been closed. */
async function settled(server, client) {
  // Longer than both sides keep a connection on which nothing is asked.
  await new Promise((resolve) => setTimeout(resolve, 6_000));
  const { heap, rss, descriptors } = await server.held();
  const channels = await client.pubsub('CHANNELS');
  const clients = (await client.client('LIST')).trim().split('\n').length;
  const mib = (bytes) => `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
  return { heap: mib(heap), rss: mib(rss), descriptors, 'Redis clients': clients, channels: channels.length };
}
