import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { usage } from '../src/cli/usage.ts';
import { ConfigError, configVariables, parseConfig } from '../src/config.ts';

const DEFAULTS = {
  host: '127.0.0.1',
  port: 4000,
  store: { kind: 'sqlite', path: './data/agent-sessions.db' },
  auth: 'none',
  logLevel: 'info',
  production: false,
};

function problemsOf(env: Readonly<Record<string, string>>): readonly string[] {
  try {
    parseConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe('the configuration', () => {
  it('has a default for everything, and takes an empty variable for an absent one', () => {
    expect(parseConfig({})).toEqual(DEFAULTS);
    expect(parseConfig(Object.fromEntries(configVariables.map(({ name }) => [name, ''])))).toEqual(DEFAULTS);
    expect(parseConfig({ UNRELATED: 'x', PORTS: '1' })).toEqual(DEFAULTS);
  });

  it('cannot be changed', () => {
    expect(Object.isFrozen(parseConfig({}))).toBe(true);
  });

  it('is what the variables say', () => {
    const env = {
      HOST: '0.0.0.0',
      PORT: '0',
      STORE_URL: 'rediss://user:word@redis.example:6380/2',
      AUTH: 'none',
      LOG_LEVEL: 'silent',
      NODE_ENV: 'production',
    };
    expect(parseConfig(env)).toEqual({
      host: '0.0.0.0',
      port: 0,
      store: { kind: 'redis', url: env.STORE_URL },
      auth: 'none',
      logLevel: 'silent',
      production: true,
    });
  });

  it.each([
    ['sqlite::memory:', { kind: 'sqlite', path: ':memory:' }],
    ['sqlite:/var/lib/a b.db', { kind: 'sqlite', path: '/var/lib/a b.db' }],
    ['sqlite:///var/lib/a.db', { kind: 'sqlite', path: '/var/lib/a.db' }],
    ['redis://localhost', { kind: 'redis', url: 'redis://localhost' }],
  ])('keeps sessions in %s', (STORE_URL, store) => {
    expect(parseConfig({ STORE_URL }).store).toEqual(store);
  });

  it.each([
    ['PORT', ['-1', '65536', '100000', '4e3', '40.5', ' 4000', '0x10', 'http']],
    [
      'STORE_URL',
      [
        'sqlite:',
        'sqlite',
        'redis:',
        'redis://',
        'redis:///0',
        'mysql://localhost',
        'Redis',
        'localhost:6379',
      ],
    ],
    ['AUTH', ['NONE', 'keys', 'none,keys']],
    ['LOG_LEVEL', ['loud', 'INFO', 'warning']],
    ['NODE_ENV', ['prod', 'staging']],
  ])('refuses a bad %s, by its name', (name, values) => {
    for (const value of values) {
      expect(problemsOf({ [name]: value })).toEqual([expect.stringMatching(new RegExp(`^${name} must be `))]);
    }
  });

  it('tells every problem at once, and repeats no value', () => {
    const env = {
      HOST: '0.0.0.0-hunter2',
      PORT: 'hunter2',
      STORE_URL: 'mysql://root:hunter2@db/x',
      AUTH: 'hunter2',
      LOG_LEVEL: 'hunter2',
      NODE_ENV: 'hunter2',
    };
    const problems = problemsOf(env);
    expect(problems.map((problem) => problem.split(' ')[0])).toEqual([
      'PORT',
      'STORE_URL',
      'AUTH',
      'LOG_LEVEL',
      'NODE_ENV',
    ]);
    expect(problems.join('\n')).not.toContain('hunter2');
    const { AUTH: _, ...withoutAuth } = env;
    const names = problemsOf(withoutAuth).map((problem) => problem.split(' ')[0]);
    expect(new Set(names)).toEqual(new Set(['PORT', 'STORE_URL', 'LOG_LEVEL', 'NODE_ENV', 'AUTH']));
    expect(() => parseConfig({ PORT: 'x' })).toThrow('The configuration has a problem.');
    expect(() => parseConfig(env)).toThrow('The configuration has 5 problems.');
  });

  it.each([
    '0.0.0.0',
    '::',
    '192.168.0.1',
    'localhost.example',
    '127.0.0.1.example',
    '128.0.0.1',
    'example.com',
  ])('lets everybody in from %s only when asked to by name', (HOST) => {
    expect(problemsOf({ HOST })).toEqual([expect.stringMatching(/^AUTH must be set .* loopback/)]);
    expect(problemsOf({ HOST, AUTH: '' })).toHaveLength(1);
    expect(parseConfig({ HOST, AUTH: 'none' }).host).toBe(HOST);
  });

  it.each(['127.0.0.1', '127.8.9.10', 'localhost', '::1'])(
    'needs no AUTH on the loopback address %s',
    (HOST) => {
      expect(parseConfig({ HOST }).host).toBe(HOST);
    },
  );
});

describe('what tells of the configuration', () => {
  it('.env.example names exactly its variables, in their order, each with its meaning and its default', async () => {
    const example = await readFile(new URL('../.env.example', import.meta.url), 'utf8');
    const shown = [...example.matchAll(/^# (.*)\n(# )?([A-Z_]+)=(.*)$/gm)];
    expect(shown.map(([, , , name]) => name)).toEqual(configVariables.map(({ name }) => name));
    expect([...example.matchAll(/^(?:# )?[A-Z_]+=/gm)]).toHaveLength(configVariables.length);
    for (const [index, [, description, commented, name, value]] of shown.entries()) {
      const variable = configVariables[index];
      expect(description).toBe(variable?.description);
      // AUTH has a default that depends on the address: it stands there as what could be set.
      if (name === 'AUTH') expect([commented, value]).toEqual(['# ', 'none']);
      else expect([commented, value]).toEqual([undefined, variable?.default]);
    }
    const env = Object.fromEntries(
      shown.flatMap(([, , commented, name = '', value = '']) => (commented ? [] : [[name, value]])),
    );
    expect(parseConfig(env)).toEqual(parseConfig({}));
  });

  it('--help lists every variable with its meaning and its default', () => {
    const help = usage();
    for (const { name, default: fallback, description } of configVariables) {
      expect(help).toMatch(
        new RegExp(`^ {2}${name} +${escaped(description)}\n +Default: ${escaped(fallback)}$`, 'm'),
      );
    }
    for (const argument of ['serve', '--help', '--version']) expect(help).toContain(argument);
  });
});

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
