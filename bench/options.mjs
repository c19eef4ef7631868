import { parseArgs } from 'node:util';

export const USAGE = `npm run bench -- [options]

  --scenario a,b     only these, or those whose names begin so; all
  --contender a,b    only these; all
  --rounds 5         turns of each contender
  --seconds 4        length of a turn
  --repeats 2        how often a turn is taken again that others disturbed
  --quick            two rounds of a second and a half: whether it works, not how fast
  --write-docs       makes docs/performance.md of the last results of each scenario; without
                     --scenario nothing is measured before
  --against dir      another build of the server (its dist) takes part, too
  --profile dir      CPU profiles of the servers that are measured, into that directory
  --list             scenarios, contenders and studies

npm run bench -- study <name> [its options]: what is measured of the server alone.`;

/** @throws TypeError for options that there are not. */
export function parseOptions(args) {
  const { values } = parseArgs({
    args,
    options: {
      scenario: { type: 'string', default: '' },
      contender: { type: 'string', default: '' },
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      repeats: { type: 'string' },
      quick: { type: 'boolean', default: false },
      'write-docs': { type: 'boolean', default: false },
      profile: { type: 'string' },
      against: { type: 'string' },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const { quick } = values;
  return {
    scenarios: listOf(values.scenario),
    contenders: listOf(values.contender),
    rounds: Number(values.rounds ?? (quick ? 2 : 5)),
    seconds: Number(values.seconds ?? (quick ? 1.5 : 4)),
    repeats: Number(values.repeats ?? (quick ? 0 : 2)),
    quick,
    writesDocs: values['write-docs'],
    against: values.against,
    profile: values.profile,
    lists: values.list,
    helps: values.help,
  };
}

const listOf = (text) => text.split(',').filter(Boolean);
