import { readFileSync, writeFileSync } from 'node:fs';
import { printedSchema } from '../dist/graphql/schema.js';

const file = new URL('../schema.graphql', import.meta.url);
const sdl = printedSchema();

if (!process.argv.includes('--check')) writeFileSync(file, sdl);
else if (readFileSync(file, 'utf8') !== sdl) {
  console.error('schema.graphql is stale: run `npm run schema`.');
  process.exit(1);
}
