import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLogger } from '../../src/cli/logger.ts';
import { serve } from '../../src/cli/serve.ts';
import { ConfigError, parseConfig } from '../../src/config.ts';
import { temporaryFolder, type TemporaryFolder } from '../contract/store-on-sqlite.ts';
import { JWT_ENV } from '../transport/auth/tokens.ts';

const KEY = 'planted-service-key-000000';
const IN_MEMORY = { PORT: '0', STORE_URL: 'sqlite::memory:' };

let folder: TemporaryFolder;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(async () => {
  await folder.remove();
});

describe('the first line of a server', () => {
  it.each<[Readonly<Record<string, string>>, string]>([
    [{}, 'everyone who reaches it may do everything (AUTH=none)'],
    [{ AUTH: 'none', HOST: '0.0.0.0' }, 'everyone who reaches it may do everything (AUTH=none)'],
    [{ AUTH: 'keys', SERVICE_KEYS: KEY }, 'takes service keys,'],
    [JWT_ENV, 'takes tokens of https://issuer.example,'],
    [
      { ...JWT_ENV, AUTH: 'keys,jwt', SERVICE_KEYS: KEY },
      'takes service keys and tokens of https://issuer.example,',
    ],
  ])('says who may call it: %o', async (env, said) => {
    const serving = await serve(parseConfig({ ...IN_MEMORY, ...env }), createLogger('silent'));
    const line = await serving.startLine();
    expect(line).toContain(said);
    expect(line).not.toContain(KEY);
    await serving.stop();
  });
});

describe('a file that cannot be used', () => {
  it.each<[string, string, string | null, RegExp]>([
    ['SERVICE_KEYS_FILE', 'planted-absent', null, /^SERVICE_KEYS_FILE cannot be read \(ENOENT\)\.$/],
    ['SERVICE_KEYS_FILE', 'planted-empty', '\n', /^SERVICE_KEYS_FILE must be keys of at least 24 characters/],
    [
      'SERVICE_KEYS_FILE',
      'planted-short',
      'planted',
      /^SERVICE_KEYS_FILE must be keys of at least 24 characters/,
    ],
    ['TRUSTED_DOCUMENTS', 'planted-absent', null, /^TRUSTED_DOCUMENTS cannot be read \(ENOENT\)\.$/],
    [
      'TRUSTED_DOCUMENTS',
      'planted-text',
      'planted',
      /^TRUSTED_DOCUMENTS must be a JSON file .* It holds no JSON\.$/,
    ],
    [
      'TRUSTED_DOCUMENTS',
      'planted-json',
      '{"planted":{}}',
      /^TRUSTED_DOCUMENTS must be .* It holds no texts by their ids\.$/,
    ],
    ['TRUSTED_DOCUMENTS', 'planted-none', '{}', /^TRUSTED_DOCUMENTS must be .* It holds no document\.$/],
  ])(
    'stops the start, with the reason and without what is in it: %s=%s',
    async (name, file, text, problem) => {
      const path = folder.file(file);
      if (text !== null) await writeFile(path, text);
      const auth = name === 'SERVICE_KEYS_FILE' ? { AUTH: 'keys' } : {};
      const config = parseConfig({ ...IN_MEMORY, ...auth, [name]: path });
      const thrown: unknown = await serve(config, createLogger('silent')).catch((error: unknown) => error);
      expect(thrown).toBeInstanceOf(ConfigError);
      const { problems = [] } = thrown instanceof ConfigError ? thrown : {};
      expect(problems).toEqual([expect.stringMatching(problem)]);
      expect(problems.join('')).not.toContain('planted');
    },
  );
});
