import type { OpenedStore } from '../app.ts';
import { CodedError } from '../core/errors.ts';
import { restoreExport, type RestoreReport } from '../core/export/restoring.ts';
import type { Limits } from '../core/limits.ts';
import type { RestoreArguments } from './import-arguments.ts';
import { count } from './import-progress.ts';
import { linesOf } from './line-reading.ts';

export interface RestoreSurroundings {
  /** On a dry run the store is not written to, and need not be made. */
  readonly open: (options: Pick<RestoreArguments, 'dryRun'>) => Promise<OpenedStore>;
  readonly limits: Limits;
  /** For the summary. */
  readonly write: (text: string) => void;
  /** For what went wrong. */
  readonly tell: (text: string) => void;
}

/**
 * Brings in what `export` wrote, and says what it did.
 * @returns The exit code: 0 when the whole file was brought in, also when sessions were left out because their id is
 * taken; else 1.
 */
export async function runRestore(
  { file, dryRun }: RestoreArguments,
  { open, limits, write, tell }: RestoreSurroundings,
): Promise<0 | 1> {
  try {
    const { store, close } = await open({ dryRun });
    try {
      write(summaryOf(await restoreExport({ lines: linesOf(file), store, limits, dryRun })));
      return 0;
    } finally {
      await close();
    }
  } catch (error) {
    const told = error instanceof CodedError || (error instanceof Error && 'code' in error);
    if (!told) throw error;
    tell(`The import broke off: ${error.message}\nRun it again: what is there is not written again.\n`);
    return 1;
  }
}

const EXAMPLES = 3;

function amount(of: number, what: string): string {
  return of === 1 ? `1 ${what}` : `${count(of)} ${what}s`;
}

function summaryOf({ dryRun, sessions, items, present, taken }: RestoreReport): string {
  const shown = taken.slice(0, EXAMPLES).join(', ');
  const lines = [
    ...(dryRun ? ['A dry run: nothing was written. An import would do this:'] : []),
    `Written: ${amount(sessions, 'session')} with ${amount(items, 'item')}.`,
    `There already: ${amount(present, 'session')}.`,
    ...(taken.length === 0
      ? []
      : [
          `Left out, because there is another session of that id: ${count(taken.length)}: ${shown}${taken.length > EXAMPLES ? ', …' : ''}`,
        ]),
  ];
  return `${lines.join('\n')}\n`;
}
