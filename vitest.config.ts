import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: {
    // Vite resolves `graphql` to its .mjs build and the libraries in node_modules to its .js build: two copies, and
    // graphql refuses schemas of the other one.
    alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }],
  },
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    reporters: ['default', './test/support/closing-line-reporter.ts'],
  },
});
