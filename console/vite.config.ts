import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';

const fromHere = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const OUT = fromHere('../dist/console');

/** Leaves a compressed copy beside each file, so that the server never compresses. */
const compressed: Plugin = {
  name: 'compressed-copies',
  closeBundle() {
    for (const entry of readdirSync(OUT, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const file = join(entry.parentPath, entry.name);
      writeFileSync(`${file}.gz`, gzipSync(readFileSync(file), { level: 9 }));
    }
  },
};

export default defineConfig({
  root: fromHere('.'),
  plugins: [compressed],
  resolve: { alias: { 'agent-sessions/client': fromHere('../src/client/index.ts') } },
  build: {
    outDir: OUT,
    emptyOutDir: true,
    // Everything is a file of its own: the page's policy allows neither inline scripts nor data.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2022',
    reportCompressedSize: false,
  },
  server: { proxy: { '/graphql': { target: 'http://localhost:4000', ws: true } } },
});
