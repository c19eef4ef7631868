import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const DIST = fileURLToPath(new URL('../dist', import.meta.url));

const STATIC_IMPORT = /^(?:import|export) (?:[^'"=()]*? from )?['"]([^'"]+)['"];$/gm;

/** The packages that are loaded with a module of the build, before any of its code runs. */
function packagesOf(entry: string): Set<string> {
  const packages = new Set<string>();
  const seen = new Set<string>();
  const load = (path: string): void => {
    if (seen.has(path)) return;
    seen.add(path);
    for (const [, name = ''] of readFileSync(path, 'utf8').matchAll(STATIC_IMPORT)) {
      if (name.startsWith('.')) load(join(dirname(path), name));
      else if (!name.startsWith('node:')) packages.add(name);
    }
  };
  load(join(DIST, entry));
  return packages;
}

it('shows the usage without loading a server', () => {
  expect([...packagesOf('main.js')].toSorted()).toEqual(['pino', 'zod']);
});

it('loads of a server what every server needs, and no driver, issuer, tracer or second server', () => {
  expect([...packagesOf('cli/serve.js')].toSorted()).toEqual([
    '@pothos/core',
    'graphql',
    'graphql-ws',
    'prom-client',
    'ws',
    'zod',
  ]);
});

it('loads the driver of the store that is configured, and not the other', () => {
  expect(packagesOf('app/sqlite-storage.js')).toContain('libsql');
  expect(packagesOf('app/sqlite-storage.js')).not.toContain('ioredis');
  expect(packagesOf('app/redis-storage.js')).toContain('ioredis');
  expect(packagesOf('app/redis-storage.js')).not.toContain('libsql');
});
