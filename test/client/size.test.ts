import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** A compiler's view of a page: no types of Node, and those of the DOM. */
const FOR_BROWSERS = ['--types', '', '--lib', 'ES2023,DOM', '--target', 'ES2022'];
const STRICT = ['--strict', '--exactOptionalPropertyTypes', '--noUncheckedIndexedAccess'];

describe('the client, built for browsers', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'client-'));
    await promisify(execFile)('node_modules/.bin/tsc', [
      ...['--ignoreConfig', '--outDir', folder, '--removeComments', '--rewriteRelativeImportExtensions'],
      ...['--module', 'NodeNext', '--moduleResolution', 'NodeNext', '--verbatimModuleSyntax'],
      ...FOR_BROWSERS,
      ...STRICT,
      'src/client/index.ts',
    ]);
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('needs no types of Node, imports nothing but itself, and is a few kilobytes', async () => {
    const names = await readdir(folder);
    const files = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
    const imports = files.flatMap((text) =>
      [...text.matchAll(/\bfrom '([^']+)'/g)].map(([, from = '']) => from),
    );
    expect(imports.length).toBeGreaterThan(0);
    expect(imports.filter((from) => !from.startsWith('./'))).toEqual([]);
    // A half follows sessions and writes drafts, a fifth mirrors runs. What any bundler takes away without looking at a
    // single name.
    const code = files.map((text) => text.replaceAll(/^import [^;]+;|^\s+/gm, '')).join('');
    expect(Buffer.byteLength(code)).toBeLessThan(66 * 1024);
    expect(gzipSync(code).byteLength).toBeLessThan(18.5 * 1024);
  });
});
