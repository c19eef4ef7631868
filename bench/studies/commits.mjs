import { parseArgs } from 'node:util';
import { onSqlite } from './stores.mjs';

/** Each writer appends, waits for the answer and appends again. */
const WRITERS = [1, 8, 64];
const TEXT = 'x'.repeat(500);

/**
 * What it is worth that writers share a commit on SQLite: appends per second, milliseconds of processor and of waiting for
 * each, with as many writers, when the store is given one append at a time and when it is given them as they come.
 * Measured in turn, `--rounds` (5) times `--ms` (1,000); the medians are shown.
 */
export async function run(args) {
  const { values } = parseArgs({
    args,
    options: { rounds: { type: 'string', default: '5' }, ms: { type: 'string', default: '1000' } },
  });
  const { store, close } = await onSqlite();
  try {
    console.log('| writers | | appends/s | CPU us | p50 ms | p99 ms |\n|---|---|---|---|---|---|');
    for (const writers of WRITERS) {
      const ids = await Promise.all(
        Array.from({ length: writers }, (_, n) => create(store, `${writers}-${n}`)),
      );
      const [alone, shared] = [[], []];
      for (let round = 0; round < Number(values.rounds); round++) {
        alone.push(await measure(oneAtATime(store), ids, Number(values.ms)));
        shared.push(await measure((write) => store.append(write), ids, Number(values.ms)));
      }
      row(writers, 'a commit each', medians(alone));
      row(writers, 'shared', medians(shared));
    }
  } finally {
    await close();
  }
}

async function create(store, id) {
  const session = {
    id,
    userId: 'bench',
    title: null,
    metadata: {},
    expiresAfter: null,
    maxItems: null,
    ifExists: 'FAIL',
  };
  await store.create(session);
  return id;
}

/** Hands the next append over when the one before it is committed. */
function oneAtATime(store) {
  let last = Promise.resolve();
  return (write) => (last = last.then(() => store.append(write)));
}

async function measure(append, ids, ms) {
  const waits = [];
  const start = performance.now();
  const cpu = process.cpuUsage();
  const writer = async (sessionId) => {
    while (performance.now() - start < ms) {
      const asked = performance.now();
      await append({ sessionId, steps: [step()] });
      waits.push(performance.now() - asked);
    }
  };
  await Promise.all(ids.map(writer));
  const seconds = (performance.now() - start) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  waits.sort((a, b) => a - b);
  const at = (share) => waits[Math.floor((waits.length - 1) * share)];
  return [waits.length / seconds, (user + system) / waits.length, at(0.5), at(0.99)];
}

function step() {
  const raw = JSON.stringify({ type: 'message', role: 'user', content: TEXT });
  const item = { raw, dialect: 'AGENTS_JS', role: 'USER', agent: null, metadata: '{}', derived: false };
  return { kind: 'item', item: { ...item, status: 'COMPLETED', call: null, resultOf: null } };
}

function medians(rounds) {
  return rounds[0].map((_, column) => {
    const sorted = rounds.map((round) => round[column]).sort((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)];
  });
}

function row(writers, way, [rate, cpu, p50, p99]) {
  console.log(
    `| ${writers} | ${way} | ${Math.round(rate)} | ${Math.round(cpu)} | ${p50.toFixed(2)} | ${p99.toFixed(2)} |`,
  );
}
