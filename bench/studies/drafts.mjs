import { fork } from 'node:child_process';
import { parseArgs } from 'node:util';
import { cpuOfTree } from '../measure/cpu.mjs';
import { startRedis } from '../measure/redis-server.mjs';

/**
 * Messages watched while they are written: `--drafts` (200) at `--rate` (25) pieces a second each, `--pieces` (250) long,
 * with two watchers each who join at random moments, and
 * must have the whole text in the end. CPU of the server's process per piece and per delivery; `--rounds` (3) times.
 */
export async function run(args) {
  const { values } = parseArgs({
    args,
    options: {
      drafts: { type: 'string', default: '200' },
      rate: { type: 'string', default: '25' },
      pieces: { type: 'string', default: '250' },
      rounds: { type: 'string', default: '3' },
    },
  });
  const load = { drafts: Number(values.drafts), rate: Number(values.rate), pieces: Number(values.pieces) };
  for (let round = 1; round <= Number(values.rounds); round++) {
    const { seconds, pieces, deliveries, wrong, cpu } = await measure(load);
    console.log(
      `${round}: ${seconds.toFixed(1)} s, ${(pieces / seconds).toFixed(0)} pieces/s, ` +
        `${deliveries} deliveries, ${wrong} wrong; CPU ${cpu.toFixed(2)} s: ` +
        `${((cpu / pieces) * 1e6).toFixed(0)} us a piece, ${((cpu / deliveries) * 1e6).toFixed(0)} us a delivery`,
    );
  }
}

async function measure(load) {
  const redis = await startRedis();
  const env = { ...process.env, STORE_URL: redis.url };
  const server = fork(new URL('../contenders/agent-sessions.mjs', import.meta.url), { env });
  try {
    const { port } = await message(server);
    const generator = fork(new URL('./drafts-load.mjs', import.meta.url), {
      env: { ...process.env, LOAD: JSON.stringify({ ...load, port }) },
    });
    await message(generator);
    const before = cpuOfTree(server.pid);
    generator.send('start');
    const result = await message(generator);
    return { ...result, cpu: cpuOfTree(server.pid) - before };
  } finally {
    server.kill('SIGKILL');
    await redis.stop();
  }
}

function message(child) {
  return new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('exit', (code) => reject(new Error(`${child.spawnargs.at(-1)} ended with ${code}.`)));
  });
}
