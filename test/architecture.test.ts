import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';

interface SourceFile {
  /** From the root of the project, with slashes. */
  readonly path: string;
  readonly text: string;
}

interface Rule {
  /** A folder, or one file. */
  readonly part: string;
  /** Folders and files of src that it may import, besides itself. */
  readonly parts: readonly string[];
  /** Packages; `x/*` is a scope, `node:*` is what Node brings. */
  readonly packages: readonly string[];
}

const SERVER = [
  'src/app',
  'src/core',
  'src/adapters',
  'src/graphql',
  'src/transport',
  'src/config',
  'src/config.ts',
];

/** What the configuration says and the transports are bounded by. */
const CONFIG = ['src/core', 'src/config', 'src/transport/limits.ts', 'src/transport/loopback.ts'];

/** The parts of the fault lab that its experiments with broken servers are made of. */
const LAB = ['faults/checker', 'faults/history', 'faults/nemesis', 'faults/topologies', 'faults/workload'];

/** Who may import what. A file that no rule names is at fault too: every new part of src decides where it belongs. */
const RULES: readonly Rule[] = [
  { part: 'src/core', parts: [], packages: [] },
  {
    part: 'src/adapters/redis',
    parts: ['src/core'],
    packages: ['ioredis', 'graphql-redis-subscriptions', 'node:*'],
  },
  { part: 'src/adapters/sqlite', parts: ['src/core'], packages: ['libsql', 'node:*'] },
  { part: 'src/adapters/memory', parts: ['src/core'], packages: [] },
  { part: 'src/adapters/prometheus', parts: ['src/core'], packages: ['prom-client'] },
  { part: 'src/adapters/opentelemetry', parts: ['src/core'], packages: ['@opentelemetry/*', 'node:*'] },
  { part: 'src/graphql', parts: ['src/core'], packages: ['graphql', '@pothos/*'] },
  {
    part: 'src/transport',
    parts: ['src/graphql', 'src/core'],
    packages: ['graphql', 'graphql-yoga', '@graphql-yoga/*', 'graphql-ws', 'jose', 'ws', 'zod', 'node:*'],
  },
  { part: 'src/client', parts: [], packages: [] },
  {
    part: 'console/src',
    parts: [],
    packages: ['react', 'react-dom', 'urql', '@urql/*', '@tanstack/*', 'marked', 'agent-sessions/client'],
  },
  { part: 'console/vite.config.ts', parts: [], packages: ['vite', 'node:*'] },
  {
    part: 'src/cli',
    parts: ['src/app.ts', 'src/config.ts', 'src/config', 'src/core'],
    packages: ['jose', 'pino', 'node:*'],
  },
  { part: 'src/config.ts', parts: CONFIG, packages: ['zod'] },
  { part: 'src/config', parts: CONFIG, packages: ['zod'] },
  { part: 'src/app', parts: SERVER, packages: ['pino', 'node:*'] },
  { part: 'src/app.ts', parts: SERVER, packages: ['pino', 'node:*'] },
  { part: 'faults/history', parts: [], packages: [] },
  { part: 'faults/checker', parts: ['faults/history', 'src/core/errors.ts'], packages: [] },
  {
    part: 'faults/nemesis',
    parts: ['faults/history', 'faults/topologies/server-node.ts', 'test/support'],
    packages: ['node:*'],
  },
  {
    part: 'faults/topologies',
    parts: ['faults/checker', 'faults/history', 'faults/nemesis', 'test/support'],
    packages: ['ioredis', 'node:*'],
  },
  {
    part: 'faults/workload',
    parts: ['faults/checker', 'faults/history', 'faults/nemesis/random.ts'],
    packages: ['ws', 'zod', 'node:*'],
  },
  {
    part: 'faults/broken',
    parts: [...SERVER, 'src/cli/logger.ts', ...LAB, 'test/support'],
    packages: ['graphql-ws', 'ioredis', 'ws', 'node:*'],
  },
  { part: 'faults', parts: [], packages: ['node:*'] },
  {
    part: 'src/main.ts',
    parts: ['src/app.ts', 'src/config.ts', 'src/cli', 'src/core'],
    packages: ['pino', 'node:*'],
  },
];

const VAGUE_NAMES = new Set(['util', 'utils', 'helper', 'helpers', 'manager', 'managers', 'common', 'misc']);

const TOKEN = new RegExp(
  [
    String.raw`\/\/[^\n]*|\/\*[\s\S]*?\*\/`,
    String.raw`(?<string>'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*")`,
    '(?<template>`(?:\\\\[\\s\\S]|[^`\\\\])*`)',
    // A slash begins a regular expression only where a value may begin.
    String.raw`(?<=(?:^|[(,=:[!&|?{};>]|\breturn)\s*)\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*`,
  ].join('|'),
  'gm',
);

/** The source without comments and regular expressions, and with numbers in place of what its strings say. */
function codeOf(text: string): { readonly code: string; readonly strings: readonly string[] } {
  const strings: string[] = [];
  const code = text.replaceAll(TOKEN, (token: string, string?: string, template?: string) => {
    if (string !== undefined) return `'${strings.push(string.slice(1, -1)) - 1}'`;
    if (template !== undefined) return `\`${(token.match(/\$\{[^}]*\}/g) ?? []).join(' ')}\``;
    return ' ';
  });
  return { code, strings };
}

const IMPORT = /(?<![.\w$])(?:from\s*|import\s*\(?\s*)'(\d+)'/g;
const COMPUTED_IMPORT = /\bimport\s*\(\s*(?!['\s])|\brequire\s*\(|\bcreateRequire\b/;

function isCode(path: string): boolean {
  return /\.tsx?$/.test(path);
}

function belongsTo(path: string, part: string): boolean {
  return path === part || path.startsWith(`${part}/`);
}

function importFault(file: SourceFile, rule: Rule, name: string): string | null {
  if (!name.startsWith('.')) {
    const allowed = rule.packages.some((known) =>
      known.endsWith('*')
        ? name.startsWith(known.slice(0, -1))
        : name === known || name.startsWith(`${known}/`),
    );
    return allowed ? null : `${rule.part} may not import ${name}`;
  }
  if (!/\.tsx?$/.test(name)) return `imports are written './x.ts', not ${name}`;
  const target = posix.join(posix.dirname(file.path), name);
  return [rule.part, ...rule.parts].some((part) => belongsTo(target, part))
    ? null
    : `${rule.part} may not import ${target}`;
}

function sourceFaults(file: SourceFile): string[] {
  const faults: string[] = [];
  if (/\b(?:TODO|FIXME|XXX)\b/.test(file.text)) faults.push('leaves something to do');
  if (file.text.trimEnd().split('\n').length > 300) faults.push('is longer than 300 lines');
  if (!isCode(file.path)) return faults;

  const { code, strings } = codeOf(file.text);
  if (/(?<![.\w$])any(?![\w$])(?!\s*[:(])/.test(code)) faults.push('says any');
  if (/\benum\s+[A-Za-z_$]/.test(code)) faults.push('declares an enum');
  if (
    file.path.startsWith('src/') &&
    file.path !== 'src/main.ts' &&
    /(?<![.\w$])process(?![\w$])(?!\s*:)/.test(code)
  ) {
    faults.push('touches process');
  }

  const rule = RULES.find(({ part }) => belongsTo(file.path, part));
  if (rule === undefined) return [...faults, 'is in no part that the table of imports names'];
  if (COMPUTED_IMPORT.test(code)) faults.push('imports what cannot be read from its source');
  const names = [...code.matchAll(IMPORT)].map(([, index]) => strings[Number(index)] ?? '');
  return [...faults, ...names.flatMap((name) => importFault(file, rule, name) ?? [])];
}

function nameFaults({ path }: SourceFile): string[] {
  const vague = path.split('/').filter((name) => name.split(/[-_.]/).some((word) => VAGUE_NAMES.has(word)));
  return vague.map((name) => `is named ${name}, which says nothing`);
}

/** Every breach of the house's rules, one sentence each. */
function violations(files: readonly SourceFile[]): string[] {
  const faults = files.flatMap((file) =>
    [...nameFaults(file), ...sourceFaults(file)].map((fault) => `${file.path}: ${fault}`),
  );
  const lengths = files
    .filter(({ path }) => isCode(path))
    .map(({ text }) => text.trimEnd().split('\n').length)
    .toSorted((a, b) => a - b);
  const median = lengths[Math.floor(lengths.length / 2)] ?? 0;
  return median >= 120 ? [...faults, `half of the files have ${median} lines or more`] : faults;
}

describe('the checker of the house rules', () => {
  it.each([
    ['src/core/a.ts', "import { x } from 'zod';", 'src/core may not import zod'],
    ['src/core/a.ts', "import type { x } from 'node:fs';", 'src/core may not import node:fs'],
    ['src/core/a.ts', "export * from '../graphql/b.ts';", 'src/core may not import src/graphql/b.ts'],
    ['src/core/a.ts', "const x = await import('ws');", 'src/core may not import ws'],
    ['src/core/a.ts', "import 'ws';", 'src/core may not import ws'],
    ['src/core/a.ts', "import {\n  x,\n} from\n  'ws';", 'src/core may not import ws'],
    ['src/core/a.ts', "import { x } from './b.js';", "imports are written './x.ts', not ./b.js"],
    ['src/core/a.ts', 'await import(name);', 'imports what cannot be read from its source'],
    ['src/core/a.ts', 'const { x } = require("ws");', 'imports what cannot be read from its source'],
    ['src/adapters/redis/a.ts', "import '../sqlite/b.ts';", 'may not import src/adapters/sqlite/b.ts'],
    ['src/adapters/redis/a.ts', "import { x } from 'libsql';", 'may not import libsql'],
    ['src/adapters/sqlite/a.ts', "import { x } from 'ioredis';", 'may not import ioredis'],
    ['src/adapters/memory/a.ts', "import 'node:events';", 'may not import node:events'],
    [
      'src/graphql/types/a.ts',
      "import '../../adapters/redis/b.ts';",
      'may not import src/adapters/redis/b.ts',
    ],
    ['src/graphql/a.ts', "import { x } from 'graphql-yoga';", 'may not import graphql-yoga'],
    ['src/transport/a.ts', "import '../adapters/memory/b.ts';", 'may not import src/adapters/memory/b.ts'],
    ['src/app.ts', "import './cli/a.ts';", 'may not import src/cli/a.ts'],
    ['src/config.ts', "import 'node:fs';", 'may not import node:fs'],
    ['src/client/a.ts', "import '../core/b.ts';", 'may not import src/core/b.ts'],
    ['src/cli/a.ts', "import '../transport/b.ts';", 'may not import src/transport/b.ts'],
    ['console/src/a.tsx', "import '../../src/client/b.ts';", 'may not import src/client/b.ts'],
    ['console/src/a.tsx', "import 'graphql';", 'console/src may not import graphql'],
    ['console/src/a.tsx', "import 'agent-sessions';", 'console/src may not import agent-sessions'],
    ['console/src/a.tsx', "import 'node:fs';", 'console/src may not import node:fs'],
    ['faults/checker/a.ts', "import '../workload/b.ts';", 'may not import faults/workload/b.ts'],
    ['faults/history/a.ts', "import 'node:fs';", 'may not import node:fs'],
    ['src/core/a.ts', "import '../../faults/broken/b.ts';", 'may not import faults/broken/b.ts'],
    ['src/other/a.ts', '', 'is in no part that the table of imports names'],
    ['src/app.ts', 'const x = process.env;', 'touches process'],
    ['src/app.ts', 'const x = `${process.pid}`;', 'touches process'],
    ['src/core/a.ts', 'const x = y as any;', 'says any'],
    ['src/core/a.ts', 'const x: any[] = /["\']/.test(y);', 'says any'],
    ['src/core/a.ts', 'export enum Kind { A }', 'declares an enum'],
    ['src/core/a.ts', '// TODO: later', 'leaves something to do'],
    ['src/core/utils/a.ts', '', 'is named utils, which says nothing'],
    ['src/core/session-manager.ts', '', 'is named session-manager.ts, which says nothing'],
  ])('convicts %s of %j', (path, text, fault) => {
    expect(violations([{ path, text }])).toEqual([expect.stringContaining(fault)]);
  });

  it('convicts a file of more than 300 lines', () => {
    expect(violations([long('a', 301), long('b', 1), long('c', 1)])).toEqual([
      'src/core/a.ts: is longer than 300 lines',
    ]);
    expect(violations([long('a', 300), long('b', 1), long('c', 1)])).toEqual([]);
  });

  it('convicts a tree whose median file has 120 lines', () => {
    expect(violations([long('a', 1), long('b', 120), long('c', 120)])).toEqual([
      'half of the files have 120 lines or more',
    ]);
    expect(violations([long('a', 119), long('b', 119), long('c', 200)])).toEqual([]);
  });

  it.each([
    ['src/core/a.ts', "import { x } from './agents/b.ts';\nexport { y } from '../core/c.ts';"],
    [
      'src/core/a.ts',
      "/** One process may read any 'import' of it. */\nconst text = 'from \\'ws\\': any process';",
    ],
    ['src/core/a.ts', "const all = ['from', 'to'].concat(Array.from('ab'), 'a import \"ws\" b');"],
    ['src/core/a.ts', "const first = await Promise.any(all);\nconst quote = /[\"'`]/;\n// it's fine"],
    ['src/adapters/redis/a.ts', "import { Redis } from 'ioredis';\nimport { x } from '../../core/store.ts';"],
    ['src/graphql/a.ts', "import { GraphQLError } from 'graphql';\nimport B from '@pothos/core';"],
    [
      'src/transport/a.ts',
      "import { useServer } from 'graphql-ws/use/ws';\nawait import('@graphql-yoga/x');",
    ],
    ['src/main.ts', "import { app } from './app.ts';\nprocess.exitCode = 1;"],
    ['console/src/a.tsx', "import { connect } from 'agent-sessions/client';\nimport { B } from './b.tsx';"],
  ])('acquits %s of %j', (path, text) => {
    expect(violations([{ path, text }])).toEqual([]);
  });
});

function long(name: string, lines: number): SourceFile {
  return { path: `src/core/${name}.ts`, text: 'x;\n'.repeat(lines) };
}

function filesUnder(folder: string): SourceFile[] {
  return (
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => posix.join(entry.parentPath, entry.name))
      // What the benchmark is compared with, once it was run.
      .filter((path) => !path.startsWith('bench/node_modules/'))
      .map((path) => ({ path, text: readFileSync(path, 'utf8') }))
  );
}

describe('the project', () => {
  it.each(['src', 'console', 'faults'])('keeps the house rules in %s', (folder) => {
    const files = filesUnder(folder);
    expect(files.length).toBeGreaterThan(0);
    expect(violations(files)).toEqual([]);
  });

  it('names its other files for what they are, too', () => {
    expect(['test', 'scripts', 'bench'].flatMap(filesUnder).flatMap(nameFaults)).toEqual([]);
  });
});
