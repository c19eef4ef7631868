/** `npm run bench`: compares the server with what else could do its work, or studies it alone. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseOptions, USAGE } from './options.mjs';

const STUDIES = [
  'commits',
  'documents',
  'drafts',
  'footprint',
  'scale',
  'simulation',
  'stalled-readers',
  'subscribe-and-cut',
];
const HERE = fileURLToPath(new URL('.', import.meta.url));
const RESULTS = `${HERE}results.json`;

const [first, name, ...rest] = process.argv.slice(2);
if (first === 'study') await study(name, rest);
else await compare(parseOptions(process.argv.slice(2)));

async function study(studied, args) {
  if (!STUDIES.includes(studied))
    throw new TypeError(`There is no study ${studied}, but: ${STUDIES.join(', ')}.`);
  const { run } = await import(`./studies/${studied}.mjs`);
  await run(args);
}

async function compare(options) {
  if (options.helps) return console.log(USAGE);
  install();
  const [
    { SCENARIOS },
    { CONTENDERS, otherBuild },
    { measure },
    { conditions },
    { tableOf },
    { documentOf },
  ] = await Promise.all([
    import('./scenarios.mjs'),
    import('./contenders.mjs'),
    import('./measure/rounds.mjs'),
    import('./report/conditions.mjs'),
    import('./report/tables.mjs'),
    import('./report/document.mjs'),
  ]);
  if (options.lists) return list(SCENARIOS, CONTENDERS);
  const chosen = SCENARIOS.filter(
    (scenario) =>
      options.scenarios.length === 0 ||
      options.scenarios.some((asked) => isMeant(asked, scenario, SCENARIOS)),
  );
  const results = existsSync(RESULTS) ? JSON.parse(readFileSync(RESULTS, 'utf8')) : {};
  for (const scenario of options.writesDocs && options.scenarios.length === 0 ? [] : chosen) {
    const contenders = CONTENDERS.filter(
      (contender) =>
        scenario.needs.every((need) => contender.can.includes(need)) &&
        (scenario.contenders?.includes(contender.name) ?? true) &&
        (options.contenders.length === 0 || options.contenders.includes(contender.name)),
    );
    const { against } = options;
    if (against !== undefined) contenders.push(otherBuild(resolve(against)));
    console.log(scenario.title);
    const measured = await measure(scenario, contenders, { ...options, say: console.log });
    console.log(`\n${tableOf(scenario, measured)}\n`);
    if (options.contenders.length > 0 || options.quick || against !== undefined) continue;
    results[scenario.name] = { ...measured, conditions: conditions(options) };
    writeFileSync(RESULTS, JSON.stringify(results, null, 1));
  }
  if (options.writesDocs) await writeDocument(documentOf(SCENARIOS, results));
}

async function writeDocument(text) {
  const { format, resolveConfig } = await import('prettier');
  const path = `${HERE}../docs/performance.md`;
  writeFileSync(path, await format(text, { ...(await resolveConfig(path)), filepath: path }));
}

/** By its name, or by how its name begins when there is none of that name. */
function isMeant(asked, { name: own }, scenarios) {
  return scenarios.some((scenario) => scenario.name === asked) ? own === asked : own.startsWith(asked);
}

/** What the server is compared with is not needed for anything else: it is installed here, the first time. */
function install() {
  if (existsSync(`${HERE}node_modules`)) return;
  console.log('Installing what the server is compared with…');
  execFileSync('npm', ['ci', '--prefix', HERE, '--ignore-scripts', '--no-audit', '--no-fund'], {
    stdio: 'inherit',
  });
}

function list(scenarios, contenders) {
  for (const scenario of scenarios) console.log(`${scenario.name.padEnd(24)}${scenario.title}`);
  console.log();
  for (const contender of contenders) console.log(`${contender.name.padEnd(24)}${contender.title}`);
  console.log(`\nStudies: ${STUDIES.join(', ')}`);
}
