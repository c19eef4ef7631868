/**
 * Runs one of the benchmarks on the built server: `npm run bench -- [scenario] [options]`. Without a name it is `scale`.
 */
const SCENARIOS = [
  'scale',
  'drafts',
  'documents',
  'stalled-readers',
  'subscribe-and-cut',
  'commits',
  'footprint',
];

const [first, ...rest] = process.argv.slice(2);
const named = first !== undefined && !first.startsWith('--');
const scenario = named ? first : 'scale';
if (!SCENARIOS.includes(scenario)) {
  console.error(`There is no scenario ${scenario}. There are: ${SCENARIOS.join(', ')}.`);
  process.exit(2);
}
const { run } = await import(`./${scenario}.mjs`);
await run(named || first === undefined ? rest : [first, ...rest]);
