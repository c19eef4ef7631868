import { CONTENDERS } from '../contenders.mjs';
import { markdown } from './markdown.mjs';
import { short, spread, withSpread } from './statistics.mjs';

const KIB = 1_024;
const MIB = KIB * KIB;

/** CPU of the servers per million operations, in seconds. */
const cpuOf = (runs) => runs.map(({ cpu, operations }) => (cpu / operations) * 1e6);
const redisOf = (runs) => runs.map(({ redis, operations }) => (redis / operations) * 1e6);
const percentilesOf = (runs) => {
  const [p50, p99] = ['p50', 'p99'].map((name) => spread(runs.map(({ latency }) => latency?.[name] ?? NaN)));
  return p50 === null ? '–' : `${short(p50.median)} / ${short(p99.median)}`;
};

/** What each kind of scenario tells of a contender; the first column is what ratios are of. */
const SPEED = [
  ['CPU s per million', cpuOf],
  ['per second', (runs) => runs.map(({ operations, seconds }) => operations / seconds)],
  ['ms: p50 / p99', percentilesOf],
  ['Redis CPU s per million', redisOf],
];
const MEMORY = [
  ['KiB of heap each', (runs) => runs.map(({ heap }) => heap / KIB)],
  ['KiB of RSS each', (runs) => runs.map(({ rss }) => rss / KIB)],
];
const START = [
  ['CPU s', (runs) => runs.map(({ cpu }) => cpu)],
  ['ms to the first answer', (runs) => runs.map(({ seconds }) => seconds * 1_000)],
];
const inMib = (bytes) => short(Math.round(bytes / MIB));
const SOAK = [
  ...SPEED,
  ['messages written', (runs) => runs.map(({ written }) => written)],
  ['s until all had all, after the last was due', (runs) => runs.map(({ behind }) => behind)],
  ["load generator's CPU s per million", (runs) => runs.map((run) => (run.generator / run.operations) * 1e6)],
  [
    'MiB of heap after a collection: before, after',
    (runs) => runs.map(({ held }) => held.map(({ heap }) => inMib(heap)).join(', ')).join('; '),
  ],
  [
    'MiB of RSS, every 10 s',
    (runs) => runs.map(({ seen }) => seen.map(({ rss }) => inMib(rss)).join(', ')).join('; '),
  ],
];

function columnsOf({ unit, name }) {
  if (unit === 'subscription') return MEMORY;
  if (unit === 'start') return START;
  return name === 'soak' ? SOAK : SPEED;
}

/** One scenario as Markdown: a row for each contender, with the ratio to the one that is the measure. */
export function tableOf(scenario, { results, skipped }) {
  const columns = columnsOf(scenario);
  const main = ([, figures], runs) => spread(figures(runs))?.median;
  const base = results.find(({ name }) => name === scenario.base);
  const unit = base === undefined ? undefined : main(columns[0], base.runs);
  const rows = results.map(({ name, runs }) => {
    const ratio = unit === undefined ? '–' : short(main(columns[0], runs) / unit);
    const cells = columns.map(([, figures]) => {
      const given = figures(runs);
      return typeof given === 'string' ? given : withSpread(given);
    });
    return [titleOf(name), ratio, ...cells, faultsOf(runs)];
  });
  const head = [
    'contender',
    `ratio to ${scenario.base}`,
    ...columns.map(([title]) => title),
    'lost, repeated',
  ];
  const left = skipped.map(({ name, why }) => `${titleOf(name)} was left out: ${why}.`);
  return [`### ${scenario.title}`, markdown([head, ...rows]), ...left].join('\n\n');
}

const titleOf = (name) => CONTENDERS.find((contender) => contender.name === name)?.title ?? name;

function faultsOf(runs) {
  const sum = (figure) => runs.reduce((total, run) => total + run[figure], 0);
  const disturbed = runs.filter(({ isDisturbed }) => isDisturbed).length;
  const note = disturbed === 0 ? '' : `; ${disturbed} of ${runs.length} runs disturbed`;
  return `${sum('lost')}, ${sum('repeated')}${note}`;
}
