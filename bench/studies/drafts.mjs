import { fork } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { startRedis } from '../measure/redis-server.mjs';

const CONTENDERS = ['agent-sessions', 'yoga-pubsub'];
/** Clock ticks in a second, as Linux counts the time of processes. */
const TICKS = 100;

/**
 * Messages watched while they are written: `--drafts` (200) at `--rate` (25) pieces a second each, `--pieces` (250) long,
 * with two watchers each who join at random moments. CPU of the server's process per piece and per delivery, beside the
 * stock parts, which keep nothing and whose watchers all join before the first piece. In turn, `--rounds` (3) times.
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
    for (const name of CONTENDERS) {
      const { seconds, pieces, deliveries, wrong, cpu } = await measure(name, load);
      console.log(
        `${round} ${name.padEnd(15)} ${seconds.toFixed(1)} s, ${(pieces / seconds).toFixed(0)} pieces/s, ` +
          `${deliveries} deliveries, ${wrong} wrong; CPU ${cpu.toFixed(2)} s: ` +
          `${((cpu / pieces) * 1e6).toFixed(0)} us a piece, ${((cpu / deliveries) * 1e6).toFixed(0)} us a delivery`,
      );
    }
  }
}

async function measure(name, load) {
  const redis = await startRedis();
  const env = { ...process.env, REDIS_URL: redis.url };
  const server = fork(new URL(`./contenders/${name}.mjs`, import.meta.url), { env });
  try {
    const { port } = await message(server);
    const generator = fork(new URL('./drafts-load.mjs', import.meta.url), {
      env: { ...process.env, LOAD: JSON.stringify({ ...load, port, dialect: name }) },
    });
    await message(generator);
    const before = await cpuOf(server.pid);
    generator.send('start');
    const result = await message(generator);
    return { ...result, cpu: (await cpuOf(server.pid)) - before };
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

/** Seconds of CPU, in user and kernel mode, of a process. */
async function cpuOf(pid) {
  const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}
