import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { exampleTypes } from '../../scripts/example-types.mjs';
import { CHATS, folderOf } from './chat/served-example.ts';

const types = await exampleTypes();

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

const manifest = (folder: string): Manifest => JSON.parse(readFileSync(`${folder}package.json`, 'utf8'));

describe.each(CHATS)('examples/%s', (chat) => {
  const folder = folderOf(chat);

  it('has the types of the schema as it is now', () => {
    const own = [...types].filter(([path]) => path.startsWith(`examples/${chat}/`));
    expect(own).toHaveLength(1);
    for (const [path, text] of own) expect(readFileSync(path, 'utf8')).toBe(text);
  });

  it('is less than 300 lines in all, what is generated apart', () => {
    const written = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((path) => /\.(?:tsx?|css|html)$/.test(path) && !/node_modules|dist|graphql-env/.test(path))
      .map(
        (path) =>
          readFileSync(folder + path, 'utf8')
            .trimEnd()
            .split('\n').length,
      );
    expect(written.length).toBeGreaterThan(5);
    expect(written.reduce((sum, lines) => sum + lines)).toBeLessThan(300);
  });

  it('depends on what it is tested with', () => {
    const root = manifest('');
    const tested: Record<string, string> = { ...root.dependencies, ...root.devDependencies };
    const { dependencies, devDependencies } = manifest(folder);
    for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
      // The tool that generates the types needs TypeScript's JavaScript API, which the newest has no more.
      if (name !== 'typescript') expect([name, version]).toEqual([name, tested[name]]);
    }
  });
});
