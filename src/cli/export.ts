import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import type { OpenedStore } from '../app.ts';
import { CodedError } from '../core/errors.ts';
import { exportLines } from '../core/export/exporting.ts';
import type { ExportArguments } from './export-arguments.ts';

export interface ExportSurroundings {
  readonly open: () => OpenedStore;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly stdout: Writable;
  /** For what went wrong. */
  readonly tell: (text: string) => void;
}

/** Who may read what the file holds: nobody but its owner, since it is what users wrote. */
const MODE = 0o600;

/**
 * Exports, in as much memory as its largest item needs.
 * @returns The exit code: 0 when the export is whole, else 1, and no file is left.
 */
export async function runExport(
  { of, output }: ExportArguments,
  { open, now, stdout, tell }: ExportSurroundings,
): Promise<0 | 1> {
  try {
    const { store, close } = open();
    try {
      const lines = exportLines({ store, of, now });
      await (output === null ? writeLines(lines, stdout) : writeFile(lines, output));
      return 0;
    } finally {
      await close();
    }
  } catch (error) {
    const told = error instanceof CodedError || (error instanceof Error && 'code' in error);
    if (!told) throw error;
    tell(`The export broke off: ${error.message}\n`);
    return 1;
  }
}

async function writeFile(lines: AsyncIterable<string>, path: string): Promise<void> {
  const file = createWriteStream(path, { flags: 'wx', mode: MODE });
  await once(file, 'open');
  try {
    await writeLines(lines, file);
    file.end();
    await once(file, 'close');
  } catch (error) {
    file.destroy();
    // A part of an export must not be taken for one.
    await rm(path, { force: true });
    throw error;
  }
}

async function writeLines(lines: AsyncIterable<string>, output: Writable): Promise<void> {
  for await (const line of lines) {
    if (!output.write(`${line}\n`)) await once(output, 'drain');
  }
}
