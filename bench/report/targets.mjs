import { markdown } from './markdown.mjs';
import { short, spread } from './statistics.mjs';

const OWN = 'agent-sessions';
const cpu = ({ cpu: seconds, operations }) => seconds / operations;
const speed = ({ operations, seconds }) => operations / seconds;
const heap = ({ heap: bytes }) => bytes / 1_024;

/** What is wanted. `figure` of this server, divided by that of `to` where it is named; `most` or `least` it may be. */
const TARGETS = [
  [
    'CPU of a delivery, 1 × 1,000, to Apollo Server',
    { of: 'deliver-1x1000', figure: cpu, to: 'apollo', most: 1 / 6 },
  ],
  ['CPU of a delivery, 1 × 1,000, to bare ws', { of: 'deliver-1x1000', figure: cpu, to: 'bare-ws', most: 1 }],
  [
    'CPU of a delivery, 1,000 × 1, to Apollo Server',
    { of: 'deliver-1000x1', figure: cpu, to: 'apollo', most: 1 / 2 },
  ],
  ['CPU of an append over HTTP, to Mercurius', { of: 'append-http', figure: cpu, to: 'mercurius', most: 1 }],
  [
    'Appends a second over HTTP, to Mercurius',
    { of: 'append-http', figure: speed, to: 'mercurius', least: 1 },
  ],
  [
    'CPU of the last 50 of 1,000,000, to the last 50 of 10,000',
    { of: 'newest-of-1000000', figure: cpu, toScenario: 'newest-of-10000', most: 1.15 },
  ],
  ['KiB of heap for an idle subscription of 10,000', { of: 'idle-10000', figure: heap, most: 16 }],
];

/** Each target with what was measured; those whose scenarios were not are left out. */
export function targetsOf(measured) {
  const median = (scenario, name, figure) => {
    const runs = measured[scenario]?.results.find((result) => result.name === name)?.runs;
    return runs === undefined ? undefined : spread(runs.map(figure))?.median;
  };
  const rows = TARGETS.flatMap(([title, { of, figure, to, toScenario, most, least }]) => {
    const own = median(of, OWN, figure);
    const isRatio = to !== undefined || toScenario !== undefined;
    const base = isRatio ? median(toScenario ?? of, to ?? OWN, figure) : 1;
    if (own === undefined || base === undefined) return [];
    const value = own / base;
    const isMet = value <= (most ?? Infinity) && value >= (least ?? 0);
    const wanted = most === undefined ? `at least ${short(least)}` : `at most ${short(most)}`;
    return [[title, wanted, short(value), isMet ? 'yes' : 'no']];
  });
  return markdown([['target', 'wanted', 'measured', 'met'], ...rows]);
}
