import { once } from 'node:events';
import { open, rm } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import type { OpenedStore } from '../app.ts';
import { CodedError } from '../core/errors.ts';
import { exportLines } from '../core/export/exporting.ts';
import type { ExportArguments } from './export-arguments.ts';

export interface ExportSurroundings {
  readonly open: () => Promise<OpenedStore>;
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
  { open: openStore, now, stdout, tell }: ExportSurroundings,
): Promise<0 | 1> {
  try {
    const { store, close } = await openStore();
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

/** What is handed on at once, in characters. */
const CHUNK = 64 * 1024;

/** The lines with their line feeds, as many as make a chunk together. */
async function* chunksOf(lines: AsyncIterable<string>): AsyncGenerator<string> {
  let chunk = '';
  for await (const line of lines) {
    chunk += `${line}\n`;
    if (chunk.length < CHUNK) continue;
    yield chunk;
    chunk = '';
  }
  yield chunk;
}

async function writeFile(lines: AsyncIterable<string>, path: string): Promise<void> {
  const file = await open(path, 'wx', MODE);
  try {
    for await (const chunk of chunksOf(lines)) await file.writeFile(chunk);
    await file.sync();
    await file.close();
  } catch (error) {
    await file.close();
    // A part of an export must not be taken for one.
    await rm(path, { force: true });
    throw error;
  }
}

async function writeLines(lines: AsyncIterable<string>, output: Writable): Promise<void> {
  for await (const chunk of chunksOf(lines)) if (!output.write(chunk)) await once(output, 'drain');
}
