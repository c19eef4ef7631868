import { readFileSync, writeFileSync } from 'node:fs';
import { printedSchema } from '../dist/graphql/schema.js';
import { exampleTypes } from './example-types.mjs';

const isCheck = process.argv.includes('--check');
const stale = [];

function print(path, text) {
  const file = new URL(`../${path}`, import.meta.url);
  if (!isCheck) writeFileSync(file, text);
  else if (readFileSync(file, 'utf8') !== text) stale.push(path);
}

print('schema.graphql', printedSchema());
for (const [path, text] of await exampleTypes()) print(path, text);

if (stale.length > 0) {
  console.error(`${stale.join(', ')}: stale, run \`npm run schema\`.`);
  process.exit(1);
}
