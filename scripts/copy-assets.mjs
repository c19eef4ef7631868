// tsc copies no file that it does not compile: the scripts and migrations that the adapters read at run time follow it.
import { copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ASSETS = new Set(['.lua', '.sql']);
const root = fileURLToPath(new URL('..', import.meta.url));

for (const file of readdirSync(join(root, 'src'), { recursive: true })) {
  if (!ASSETS.has(extname(file))) continue;
  const target = join(root, 'dist', file);
  mkdirSync(dirname(target), { recursive: true });
  copyFileSync(join(root, 'src', file), target);
}
