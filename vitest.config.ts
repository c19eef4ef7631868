import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

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
    include: ['test/**/*.test.{ts,tsx}'],
    // Of two processors vitest would use one, and most tests wait for other processes.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    testTimeout: 30_000,
    hookTimeout: 60_000,
    reporters: ['default', './test/support/closing-line-reporter.ts'],
  },
});
