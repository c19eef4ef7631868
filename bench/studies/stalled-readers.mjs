import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { ask, startMeasuredServer } from './measured.mjs';
import { startRedis } from '../measure/redis-server.mjs';
import { open, TRANSPORTS } from './subscribers.mjs';

const TEXT = 'x'.repeat(16 * 1024);
const FOLLOW = `subscription ($after: String) { messageAdded(sessionId: "s", after: $after) { cursor text } }`;
const CURSORS = FOLLOW.replace(' text', '');
const SAY = 'mutation ($input: AddMessageInput!) { addMessage(input: $input) { message { cursor } } }';
const CREATE = 'mutation { createSession(input: { id: "s" }) { session { cursor } } }';
const MIB = 1024 * 1024;

/**
 * What readers that stand still cost, on Redis: `--messages` (20,000) of 16 KiB go by while none, one and `--stalled` (200)
 * readers, a third of them on each transport, take nothing. Prints the latency of a reader that does read, the growth of the
 * heap for each that does not, and how long after it stood still each was cut; then `--back` (30) of them come back with
 * their cursors and must get all that they missed.
 */
export async function run(args) {
  const { values } = parseArgs({
    args,
    options: {
      messages: { type: 'string', default: '20000' },
      stalled: { type: 'string', default: '200' },
      back: { type: 'string', default: '30' },
    },
  });
  const [messages, most, back] = [values.messages, values.stalled, values.back].map(Number);
  let usual = 0;
  for (const stalled of [0, 1, most]) {
    const growth = await measure({ messages, stalled, back, usual });
    if (stalled === 0) usual = growth;
  }
}

/** Returns by how many KiB the heap grew; `usual` is that without readers that stand still. */
async function measure({ messages, stalled, back, usual }) {
  const redis = await startRedis();
  const server = await startMeasuredServer({ STORE_URL: redis.url });
  try {
    const born = (await ask(server, CREATE)).createSession.session.cursor;
    const reading = await open('SSE', server, FOLLOW, { after: born });
    const latencies = [];
    reading.onResult = ({ messageAdded }) =>
      latencies.push(performance.now() - Number.parseFloat(messageAdded.text));
    const readers = [];
    for (let n = 0; n < stalled; n++)
      readers.push(await open(TRANSPORTS[n % 3], server, FOLLOW, { after: born }));
    for (const reader of readers) reader.pause();
    const before = await server.held();
    const watch = watchConnections(server.port, readers);

    const log = [];
    let most = before.heap;
    const start = performance.now();
    for (let n = 0; n < messages; n++) {
      const text = `${performance.now()} ${TEXT}`;
      const { addMessage } = await ask(server, SAY, { input: { sessionId: 's', role: 'USER', text } });
      log.push(addMessage.message.cursor);
      // Before the first can be cut, and now and then after.
      if (n === 1_000 || n % 5_000 === 4_999) most = Math.max(most, (await server.held()).heap);
    }
    const seconds = (performance.now() - start) / 1_000;
    while (latencies.length < messages) await new Promise((resolve) => setTimeout(resolve, 10));
    await watch.allCut();

    console.log(
      `${stalled} stalled: ${messages.toLocaleString('en')} messages in ${seconds.toFixed(1)} s; ` +
        `latency of another reader ${percentiles(latencies)} ms`,
    );
    const growth = (most - before.heap) / 1024;
    console.log(`  heap + ${growth.toFixed(0)} KiB`);
    if (stalled > 0) {
      console.log(`  ${((growth - usual) / stalled).toFixed(0)} KiB for each stalled reader`);
      console.log(`  cut ${percentiles(watch.waited())} s after it stood still`);
      const after = await server.held();
      console.log(`  after the cut: heap + ${((after.heap - before.heap) / MIB).toFixed(1)} MiB`);
      await comeBack(server, readers.slice(0, back), log);
    }
    reading.leave();
    return growth;
  } finally {
    await server.stop();
    await redis.stop();
  }
}

/** Each reads what had come, begins again after the last of it, and must have the whole log in the end. */
async function comeBack(server, readers, log) {
  const start = performance.now();
  for (const reader of readers) {
    const cursors = [];
    reader.onResult = ({ messageAdded }) => cursors.push(messageAdded.cursor);
    reader.resume();
    await reader.ended;
    const again = await open(reader.transport, server, CURSORS, { after: cursors.at(-1) });
    await new Promise((resolve) => {
      again.onResult = ({ messageAdded }) => {
        cursors.push(messageAdded.cursor);
        if (cursors.length === log.length) resolve();
      };
    });
    again.leave();
    if (cursors.join() !== log.join())
      throw new Error(`A reader over ${reader.transport} has not what was written.`);
  }
  const seconds = (performance.now() - start) / 1_000;
  console.log(`  ${readers.length} came back and got everything once, in ${seconds.toFixed(1)} s`);
}

/** When the server's end of each connection last took something, and when it was closed, as the system tells. */
function watchConnections(serverPort, readers) {
  const waiting = new Map(readers.map(({ port }) => [port, { queue: '', since: performance.now() }]));
  const waited = [];
  let onAllCut;
  const allCut = new Promise((resolve) => (onAllCut = resolve));
  const timer = setInterval(() => {
    const open = connectionsOf(serverPort);
    for (const [port, seen] of waiting) {
      const queue = open.get(port);
      if (queue === undefined) {
        waited.push((performance.now() - seen.since) / 1_000);
        waiting.delete(port);
      } else if (queue !== seen.queue) Object.assign(seen, { queue, since: performance.now() });
    }
    if (waiting.size > 0) return;
    clearInterval(timer);
    onAllCut();
  }, 100);
  return { allCut: () => allCut, waited: () => waited };
}

/** What waits in the system on each established connection of a port, by the port of the other end. */
function connectionsOf(serverPort) {
  const local = `:${serverPort.toString(16).toUpperCase().padStart(4, '0')}`;
  const open = new Map();
  for (const line of readFileSync('/proc/net/tcp', 'utf8').split('\n').slice(1)) {
    const [, here, there, state, queues] = line.trim().split(/\s+/);
    if (here?.endsWith(local) && state === '01') open.set(Number.parseInt(there.split(':')[1], 16), queues);
  }
  return open;
}

function percentiles(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))].toFixed(1);
  return `${at(0.5)} (median), ${at(0.99)} (99 %), ${at(1)} (most)`;
}
