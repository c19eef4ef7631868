import { Writable } from 'node:stream';
import { runExport } from '../../src/cli/export.ts';
import type { ExportArguments } from '../../src/cli/export-arguments.ts';
import { runRestore } from '../../src/cli/restore.ts';
import { LIMITS } from '../../src/core/limits.ts';
import type { SessionStore } from '../../src/core/store.ts';

/** What a command did: its exit code, and what it wrote. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly told: string;
}

/** Keeps a store that a command would close. */
function kept(store: SessionStore) {
  return { store, close: async () => {} };
}

/** Exports to the standard output, unless an output is named. */
export async function exportFrom(
  store: SessionStore,
  of: ExportArguments['of'],
  output: string | null = null,
): Promise<Ran> {
  const chunks: string[] = [];
  let told = '';
  const stdout = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk.toString());
      done();
    },
  });
  const code = await runExport(
    { of, output },
    { open: async () => kept(store), now: Date.UTC(2030, 0, 1), stdout, tell: (text) => (told += text) },
  );
  return { code, out: chunks.join(''), told };
}

export async function restoreInto(store: SessionStore, file: string, dryRun = false): Promise<Ran> {
  let [out, told] = ['', ''];
  const code = await runRestore(
    { file, dryRun },
    {
      open: async () => kept(store),
      limits: LIMITS,
      write: (text) => (out += text),
      tell: (text) => (told += text),
    },
  );
  return { code, out, told };
}

/** The lines of an export, without the ids of items, which each store gives. */
export function linesOf(text: string): readonly any[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => {
      const value = JSON.parse(line);
      if (value.item !== undefined) delete value.item.id;
      return value;
    });
}
