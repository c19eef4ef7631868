import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/**
 * Tests of parts, which leave nothing behind in their process: most of the time of a small file would go into importing
 * what the file before it had imported as well. Those that replace modules, or heap up memory, are not among them.
 */
const PARTS = [
  'test/{adapters,client,core,graphql}/**/*.test.ts',
  'test/transport/!(slow-readers).test.ts',
  'test/transport/*/!(service-keys).test.ts',
];

const processors = Math.max(2, availableParallelism());

export default defineConfig({
  resolve: {
    // Vite resolves `graphql` to its .mjs build and the libraries in node_modules to its .js build: two copies, and
    // graphql refuses schemas of the other one.
    alias: [
      { find: /^graphql$/, replacement: 'graphql/index.js' },
      // As the console's own build has it.
      {
        find: 'agent-sessions/client',
        replacement: fileURLToPath(new URL('src/client/index.ts', import.meta.url)),
      },
    ],
  },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'parts',
          include: PARTS,
          isolate: false,
          // Many of them wait for time to pass, or for a Redis.
          maxWorkers: processors + 1,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'whole',
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: PARTS,
          // Their servers and browsers are processes of their own.
          maxWorkers: processors,
          sequence: { groupOrder: 2 },
        },
      },
    ],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    reporters: ['default', './test/support/closing-line-reporter.ts'],
  },
});
