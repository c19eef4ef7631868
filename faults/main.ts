import { writeFile } from 'node:fs/promises';
import { argumentsOf } from './arguments.ts';
import { BROKEN_SERVERS } from './broken/all.ts';
import { judge } from './broken/trial.ts';
import { figuresOf, type Figures } from './report/figures.ts';
import { tableOf } from './report/table.ts';
import { run } from './run.ts';

/** Runs the lab and prints its table; resolves with the exit code. */
export async function main(given: readonly string[], print: (line: string) => void): Promise<number> {
  const { topologies, seed, seeds, save, broken, verbose, ...options } = argumentsOf(given);
  if (broken !== null) return convict(broken, print);
  const all: Figures[] = [];
  for (const topology of topologies) {
    for (let n = 0; n < seeds; n++) {
      const done = await run({ ...options, topology, seed: seed + n, tell: verbose ? print : undefined });
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

/** Tries servers that are broken on purpose, and the product in the same experiments. */
async function convict(name: string, print: (line: string) => void): Promise<number> {
  const chosen = BROKEN_SERVERS.filter((server) => name === 'all' || server.name === name);
  if (chosen.length === 0) {
    throw new RangeError(`There is: all, ${BROKEN_SERVERS.map((server) => server.name).join(', ')}.`);
  }
  let faults = 0;
  for (const server of chosen) {
    const broken = await judge(server, server.breakage);
    const product = await judge(server, {});
    const isConvicted = broken.some(({ invariant }) => invariant === server.invariant);
    if (!isConvicted || product.length > 0) faults++;
    print(`${server.name}: ${isConvicted ? 'convicted by' : 'NOT convicted by'} ${server.invariant}`);
    for (const { invariant, breach } of broken.slice(0, 5)) print(`  ${invariant}: ${breach}`);
    print(`  the product: ${product.length === 0 ? 'acquitted' : JSON.stringify(product)}`);
  }
  return faults === 0 ? 0 : 1;
}
