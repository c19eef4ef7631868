import { writeFile } from 'node:fs/promises';
import { argumentsOf } from './arguments.ts';
import { figuresOf, type Figures } from './report/figures.ts';
import { tableOf } from './report/table.ts';
import { run } from './run.ts';

/** Runs the lab and prints its table; resolves with the exit code. */
export async function main(given: readonly string[], print: (line: string) => void): Promise<number> {
  const { topologies, seed, seeds, save, ...options } = argumentsOf(given);
  const all: Figures[] = [];
  for (const topology of topologies) {
    for (let n = 0; n < seeds; n++) {
      const done = await run({ ...options, topology, seed: seed + n });
      const figures = figuresOf(done);
      all.push(figures);
      print(JSON.stringify(figures));
      for (const { invariant, breach } of done.violations.slice(0, 20)) print(`  ${invariant}: ${breach}`);
      if (save !== null && done.violations.length > 0) {
        const lines = done.events.map((event) => JSON.stringify(event)).join('\n');
        await writeFile(`${save}.${topology}.${done.seed}.jsonl`, lines);
      }
    }
  }
  print('');
  print(tableOf(all));
  return all.some(({ violations }) => violations > 0) ? 1 : 0;
}
