import { setTimeout } from 'node:timers/promises';
import { CodedError } from '../core/errors.ts';
import { importHistories, type ImportEnds } from '../core/import/importing.ts';
import { LIMITS } from '../core/limits.ts';
import type { ImportArguments } from './import-arguments.ts';
import { readOwners } from './import-owners.ts';
import { createProgress, type ProgressOutput } from './import-progress.ts';
import { importSummary } from './import-summary.ts';

export interface ImportSurroundings {
  /** Opens both ends; on a dry run the store is not written to, and need not be made. */
  readonly open: (options: Pick<ImportArguments, 'from' | 'dryRun'>) => Promise<ImportEnds>;
  /** For the summary. */
  readonly write: (text: string) => void;
  /** For progress and for what went wrong. */
  readonly progress: ProgressOutput;
}

/**
 * Imports, and says what it did.
 * @returns The exit code: 0 when everything was looked at, also when some of it was skipped; 1 when the import broke off
 * and should be run again; 2 when what names the owners is at fault, and nothing was done.
 */
export async function runImport(options: ImportArguments, around: ImportSurroundings): Promise<0 | 1 | 2> {
  const owners = await readOwners(options.owner);
  if (owners.kind === 'problems') {
    around.progress.write(`${owners.problems.join('\n')}\n`);
    return 2;
  }
  const progress = createProgress(around.progress);
  try {
    const ends = await around.open(options);
    try {
      const report = await importHistories({
        ...ends,
        ...options,
        ownerOf: owners.ownerOf,
        limits: LIMITS,
        pause: (milliseconds) => setTimeout(milliseconds),
        onProgress: (reached) => progress.show(reached),
      });
      progress.end();
      around.write(importSummary(report));
      return 0;
    } finally {
      await ends.close();
    }
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    progress.end();
    around.progress.write(
      `The import broke off: ${error.message}\nRun it again: what is there is not written again.\n`,
    );
    return 1;
  }
}
