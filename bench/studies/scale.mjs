import { parseArgs } from 'node:util';
import { openStores } from './stores.mjs';

/** Items in one write while a session is filled. */
const BATCH = 1_000;
/** Measurements that are thrown away, until everything is compiled and cached. */
const WARM_UP = 30;

/**
 * Whether a long session costs what a short one costs: the newest messages, the counts and an append, in sessions of 10,
 * 100, 10,000 and `--items` (1,000,000) items, measured in turn `--rounds` (300) times. Ratios are to the smallest session
 * that can give as much.
 */
export async function run(args) {
  const { values } = parseArgs({
    args,
    options: {
      items: { type: 'string', default: '1000000' },
      rounds: { type: 'string', default: '300' },
    },
  });
  const sizes = [10, 100, 10_000, Number(values.items)];
  const rounds = Number(values.rounds);
  for (const { name, store, close } of await openStores()) {
    try {
      for (const size of sizes) await fill(name, store, size);
      report(name, sizes, await measure(store, sizes, rounds));
    } finally {
      await close();
    }
  }
}

const idOf = (size) => `items-${size}`;

async function fill(name, store, size) {
  const start = performance.now();
  const sessionId = idOf(size);
  await store.create({
    id: sessionId,
    userId: 'bench',
    title: null,
    metadata: {},
    expiresAfter: null,
    maxItems: null,
    ifExists: 'FAIL',
  });
  for (let from = 0; from < size; from += BATCH) {
    const steps = Array.from({ length: Math.min(BATCH, size - from) }, (_, n) => itemStep(from + n));
    await store.append({ sessionId, steps });
  }
  const seconds = ((performance.now() - start) / 1_000).toFixed(1);
  console.log(`${name}: ${size.toLocaleString('en')} items written in ${seconds} s`);
}

/** A message of about 200 characters, of a user and an assistant in turn. */
function itemStep(n) {
  const role = n % 2 === 0 ? 'USER' : 'ASSISTANT';
  const text = `Message ${n} of a conversation that goes on and on. `.repeat(4);
  const item = {
    raw: JSON.stringify({ type: 'message', role: role.toLowerCase(), content: text }),
    dialect: 'AGENTS_JS',
    role,
    agent: null,
    metadata: '{}',
    derived: false,
    status: 'COMPLETED',
    call: null,
    resultOf: null,
  };
  return { kind: 'item', item };
}

const OPERATIONS = {
  'last 10 messages': { needs: 10, act: (store, id) => newest(store, id, 10) },
  'last 50 messages': { needs: 50, act: (store, id) => newest(store, id, 50) },
  counts: { needs: 0, act: (store, id) => store.get(id) },
  append: { needs: 0, act: (store, id) => store.append({ sessionId: id, steps: [itemStep(0)] }) },
};

async function newest(store, id, count) {
  const { end } = await store.get(id);
  return store.page(id, { count, from: 'end', upTo: end, roles: ['USER', 'ASSISTANT'] });
}

/** Milliseconds of every measurement, by operation and size. */
async function measure(store, sizes, rounds) {
  const times = new Map(
    Object.keys(OPERATIONS).map((operation) => [operation, new Map(sizes.map((size) => [size, []]))]),
  );
  for (let round = -WARM_UP; round < rounds; round++) {
    // Each size is first, second and last equally often, so that none profits from its neighbours.
    const turn = sizes.map((_, n) => sizes[(n + round + WARM_UP) % sizes.length]);
    for (const [operation, { act }] of Object.entries(OPERATIONS)) {
      for (const size of turn) {
        const start = performance.now();
        await act(store, idOf(size));
        if (round >= 0)
          times
            .get(operation)
            .get(size)
            .push(performance.now() - start);
      }
    }
    // What was appended is taken away again, so that the small session stays small.
    for (const size of sizes) await store.pop({ sessionId: idOf(size) });
  }
  return times;
}

function report(name, sizes, times) {
  const rows = [...times].map(([operation, bySize]) => {
    const medians = sizes.map((size) => median(bySize.get(size)));
    const base = sizes.findIndex((size) => size >= OPERATIONS[operation].needs);
    const cells = medians.map((ms, n) =>
      n <= base ? `${ms.toFixed(3)} ms` : `${ms.toFixed(3)} ms (× ${(ms / medians[base]).toFixed(2)})`,
    );
    return [operation, ...cells];
  });
  const head = [name, ...sizes.map((size) => `${size.toLocaleString('en')} items`)];
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column].length)));
  const line = (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  console.log(['', line(head), rule, ...rows.map(line), ''].join('\n'));
}

function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
