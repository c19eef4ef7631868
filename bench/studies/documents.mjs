import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { Documents, operationOf } from '../../dist/graphql/documents.js';
import { schema } from '../../dist/graphql/schema.js';
import { TRANSPORT_LIMITS } from '../../dist/transport/limits.js';
import { HOSTILE_DOCUMENTS } from './hostile-documents.mjs';

/** What every document of up to 100 KB shall stay below, milliseconds of CPU. */
const TARGET = 20;

/**
 * CPU that it takes to check each of the hostile documents, the most first: none of them is remembered. The median of
 * `--rounds` (9) after as many to warm up, the most of all, and the first; `--only` names those that hold a text.
 */
export async function run(args) {
  const { values } = parseArgs({
    args,
    options: { rounds: { type: 'string', default: '9' }, only: { type: 'string', default: '' } },
  });
  const rounds = Number(values.rounds);
  const documents = HOSTILE_DOCUMENTS.filter(({ name }) => name.includes(values.only));
  const measured = documents.map(({ name, text }) => {
    let code;
    const round = () => {
      const start = process.cpuUsage();
      code = check(text);
      const { user, system } = process.cpuUsage(start);
      return (user + system) / 1_000;
    };
    const first = round();
    for (let n = 1; n < rounds; n++) round();
    const warm = Array.from({ length: rounds }, round).toSorted((a, b) => a - b);
    return {
      name,
      length: text.length,
      code,
      first,
      median: warm[Math.floor(rounds / 2)],
      most: warm.at(-1),
    };
  });
  console.log(
    `${documents.length} documents, ${availableParallelism()} cores, milliseconds of CPU: median, most, first`,
  );
  for (const { name, length, code, first, median, most } of measured.toSorted(
    (a, b) => b.median - a.median,
  )) {
    const times = [median, most, first].map((ms) => ms.toFixed(1).padStart(6)).join(' ');
    console.log(`${times}  ${String(length).padStart(6)}  ${code.padEnd(25)}  ${name}`);
  }
  const slow = measured.filter(({ median }) => median > TARGET);
  console.log(`${slow.length} of ${measured.length} take more than ${TARGET} ms.`);
}

/** What the server does before it executes anything; gives the code of its refusal. */
function check(text) {
  try {
    const documents = new Documents({ schema, limits: TRANSPORT_LIMITS, suggestions: false });
    const checked = documents.check(text);
    const named = operationOf(checked, undefined);
    named?.cost.check({}, TRANSPORT_LIMITS.answerFields);
    return 'accepted';
  } catch (error) {
    const [first] = error.errors ?? [error];
    return first.extensions.code;
  }
}
