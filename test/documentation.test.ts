import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ERROR_CODES, isRetryable } from '../src/core/errors.ts';

const read = (path: string) => readFileSync(path, 'utf8');

function filesUnder(folder: string, ending: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => join(folder, name));
}

const documents = [...readdirSync('.').filter((name) => name.endsWith('.md')), ...filesUnder('docs', '.md')];
const protocol = read('PROTOCOL.md');

/** Targets of the links that stay within the project. */
function relativeLinks(text: string): string[] {
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target));
}

/** The names under which headings can be linked to. */
function anchors(text: string): string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

function isBroken(document: string, link: string): boolean {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? document : join(dirname(document), path);
  return !existsSync(target) || (anchor !== undefined && !anchors(read(target)).includes(anchor));
}

/** Scripts that a text tells to run: by `npm run x`, or by npm's own short form. */
function npmScripts(text: string): string[] {
  return [...text.matchAll(/\bnpm (?:run ([\w:-]+)|(start|test)\b)/g)].map(
    ([, run, short]) => run ?? short ?? '',
  );
}

/** Numbers of sections and statements. */
function sections(text: string): Set<string> {
  return new Set([...text.matchAll(/^(?:## |\*\*)(\d+(?:\.\d+)?)/gm)].map(([, number = '']) => number));
}

function namedSections(text: string): string[] {
  return [...text.matchAll(/\bPROTOCOL (\d+(?:\.\d+)?)/g)].map(([, number = '']) => number);
}

describe('the documents', () => {
  it('link to what exists', () => {
    const broken = documents.flatMap((document) =>
      relativeLinks(read(document))
        .filter((link) => isBroken(document, link))
        .map((link) => `${document}: ${link}`),
    );
    expect(documents).toContain('PROTOCOL.md');
    expect(broken).toEqual([]);
  });

  it('name npm scripts that exist', () => {
    const { scripts }: { scripts: Record<string, string> } = JSON.parse(read('package.json'));
    const missing = documents.flatMap((document) =>
      npmScripts(read(document))
        .filter((script) => !(script in scripts))
        .map((script) => `${document}: npm run ${script}`),
    );
    expect(missing).toEqual([]);
  });

  it.each(['src', 'test', 'scripts', 'bench'])('name files of %s that exist', (folder) => {
    const named = new RegExp(`\`(${folder}/[\\w./-]*)\``, 'g');
    const missing = documents.flatMap((document) =>
      [...read(document).matchAll(named)]
        .map(([, path = '']) => path)
        .filter((path) => !existsSync(path))
        .map((path) => `${document}: ${path}`),
    );
    expect(missing).toEqual([]);
  });
});

describe('the protocol', () => {
  it('has every section that code, tests and documents refer to', () => {
    const known = sections(protocol);
    const files = [...filesUnder('src', '.ts'), ...filesUnder('test', '.ts'), ...documents];
    const unknown = files.flatMap((file) =>
      namedSections(read(file))
        .filter((number) => !known.has(number))
        .map((number) => `${file}: section ${number}`),
    );
    expect(unknown).toEqual([]);
  });

  it('refers to its own statements by numbers that exist', () => {
    const known = sections(protocol);
    const named = [
      ...protocol.replaceAll(/`[^`]*`/g, '').matchAll(/(?<!\*\*)\b([1-9]\d?\.\d{1,2})\b(?!\d| MiB)/g),
    ].map(([, number = '']) => number);
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((number) => !known.has(number))).toEqual([]);
  });

  it('numbers its statements without a gap', () => {
    const numbers = [...protocol.matchAll(/^\*\*(\d+)\.(\d+)\*\*/gm)].map(([, section, statement]) => [
      section,
      statement,
    ]);
    const counted = new Map<string | undefined, number>();
    for (const [section, statement] of numbers) {
      counted.set(section, (counted.get(section) ?? 0) + 1);
      expect(`${section}.${statement}`).toBe(`${section}.${counted.get(section)}`);
    }
  });

  it('lists every error code, and which can be retried', () => {
    const rows = [...protocol.matchAll(/^\| `([A-Z_]+)` +\| (yes|no) +\|/gm)].map(([, code, retryable]) => [
      code,
      retryable,
    ]);
    expect(rows).toEqual(ERROR_CODES.map((code) => [code, isRetryable(code) ? 'yes' : 'no']));
  });
});

describe('the checks of documents', () => {
  it('find a link to nothing and an anchor without a heading', () => {
    expect(relativeLinks('[a](x.md) [b](https://example.org) [c](PROTOCOL.md#3-cursors)')).toEqual([
      'x.md',
      'PROTOCOL.md#3-cursors',
    ]);
    expect(isBroken('README.md', 'x.md')).toBe(true);
    expect(isBroken('README.md', 'PROTOCOL.md#3-cursors')).toBe(false);
    expect(isBroken('README.md', 'PROTOCOL.md#3-nothing')).toBe(true);
  });

  it('find scripts and sections', () => {
    expect(npmScripts('`npm ci && npm test`, `npm run dead-code`, npm start')).toEqual([
      'test',
      'dead-code',
      'start',
    ]);
    expect(sections('## 3. Cursors\n\n**3.1** Text')).toEqual(new Set(['3', '3.1']));
    expect(namedSections(`PROTOCOL ${'3.1'} and PROTOCOL ${'4'}.`)).toEqual(['3.1', '4']);
  });
});
