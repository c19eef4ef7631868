import { availableParallelism } from 'node:os';
import { watchOthers } from './cpu.mjs';
import { obstacleTo, Place } from './place.mjs';

/** Share of the machine that others may take before a run counts as disturbed. */
const DISTURBED = 0.05;
/** Before the first run that counts, until code is compiled: so many operations, in at most so many seconds. */
const WARM_UP = { operations: 30_000, seconds: 20 };

/**
 * Measures one scenario: all contenders are opened, then each has its turn in every round, so that what changes on the
 * machine meanwhile changes for all. Gives the runs of each contender, and who was left out, and why.
 */
export async function measure(scenario, contenders, options) {
  const { say } = options;
  const skipped = [];
  const able = contenders.filter((contender) => {
    const obstacle = obstacleTo(contender);
    if (obstacle === null) return true;
    skipped.push({ name: contender.name, why: obstacle });
    return false;
  });
  for (const { name, why } of skipped) say(`  ${name}: left out, since ${why}`);
  const results = able.map(({ name }) => ({ name, runs: [] }));
  if (scenario.once === true) {
    for (const [n, contender] of able.entries()) {
      await opened(scenario, [contender], options, ([run]) => oneRun(run, results[n], scenario, options));
    }
  } else {
    await opened(scenario, able, options, async (runs) => {
      const { rounds } = options;
      if (scenario.hasLength !== true) for (const run of runs) await warmUp(run, options);
      for (let round = 0; round < rounds; round++) {
        // Each is first and last equally often.
        for (let n = 0; n < runs.length; n++) {
          const turn = (n + round) % runs.length;
          await oneRun(runs[turn], results[turn], scenario, options);
        }
      }
    });
  }
  return { results, skipped };
}

async function opened(scenario, contenders, options, work) {
  const places = [];
  const profile = options.profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${options.profile}`];
  try {
    const runs = [];
    for (const contender of contenders) {
      const place = new Place(contender, profile);
      places.push(place);
      await place.open();
      runs.push(await scenario.open(contender, place, options));
    }
    await work(runs);
  } finally {
    for (const place of places) await place.close();
  }
}

async function warmUp(run, { seconds, quick }) {
  let operations = 0;
  const start = performance.now();
  do {
    operations += (await run(seconds)).operations;
  } while (!quick && operations < WARM_UP.operations && performance.now() - start < WARM_UP.seconds * 1_000);
}

/** The last of the repeats stays, disturbed or not: the report says which are. */
async function oneRun(run, { name, runs }, scenario, { seconds, repeats, say }) {
  for (let repeat = 0; ; repeat++) {
    const others = watchOthers(availableParallelism());
    const figures = await run(seconds);
    const share = others();
    const isDisturbed = share > DISTURBED;
    const mark = isDisturbed ? ` (others took ${(share * 100).toFixed(0)} % of the machine)` : '';
    say(`  ${name}: ${figures.operations.toLocaleString('en')} in ${told(figures)}${mark}`);
    if (isDisturbed && repeat < repeats && scenario.once !== true) continue;
    runs.push({ ...figures, others: share, isDisturbed });
    return;
  }
}

function told({ seconds, cpu, operations, lost, repeated, heap }) {
  if (heap !== undefined) return `${(heap / 1024).toFixed(1)} KiB of heap each`;
  const each = ((cpu / operations) * 1e6).toFixed(2);
  return `${seconds.toFixed(2)} s, ${each} CPU s/million, ${lost} lost, ${repeated} repeated`;
}
