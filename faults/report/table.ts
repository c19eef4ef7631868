import type { Figures } from './figures.ts';

const COLUMNS = {
  topology: 'topology',
  seed: 'seed',
  faults: 'faults',
  deliveries: 'deliveries',
  acknowledged: 'acknowledged',
  lost: 'lost',
  duplicates: 'duplicates',
  gaps: 'gaps',
  repeats: 'repeats',
  noServiceMs: 'longest no service, ms',
  violations: 'violations',
} as const satisfies Record<keyof Figures, string>;

/** A Markdown table of runs, with a line for each topology's sum where it has several seeds. */
export function tableOf(runs: readonly Figures[]): string {
  const lines = [...new Set(runs.map(({ topology }) => topology))].flatMap((topology) => {
    const own = runs.filter((run) => run.topology === topology);
    return [...own.map(cellsOf), ...(own.length > 1 ? [sumOf(topology, own)] : [])];
  });
  return [Object.values(COLUMNS), Object.keys(COLUMNS).map(() => '---'), ...lines]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}

function cellsOf(run: Figures): string[] {
  return names().map((name) => String(run[name]));
}

function sumOf(topology: string, runs: readonly Figures[]): string[] {
  return names().map((name) => {
    const numbers = runs.map((run) => Number(run[name]));
    switch (name) {
      case 'topology':
        return `${topology}, all`;
      case 'seed':
        return `${runs.length} seeds`;
      case 'noServiceMs':
        return String(Math.max(...numbers));
      default:
        return String(numbers.reduce((sum, number) => sum + number, 0));
    }
  });
}

function names(): (keyof Figures)[] {
  return Object.keys(COLUMNS).filter((name) => name in COLUMNS) as (keyof Figures)[];
}
