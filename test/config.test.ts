import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { usage } from '../src/cli/usage.ts';
import { ConfigError, configVariables, parseConfig } from '../src/config.ts';
import { LIMITS } from '../src/core/limits.ts';
import { TRANSPORT_LIMITS } from '../src/transport/limits.ts';

const DEFAULTS = {
  host: '127.0.0.1',
  port: 4000,
  store: { kind: 'sqlite', path: './data/agent-sessions.db' },
  redis: {
    waitReplicas: 0,
    waitMs: 1_000,
    caFile: null,
    sentinelUsername: undefined,
    sentinelPassword: undefined,
  },
  auth: { none: true, keys: null, jwt: null },
  corsOrigins: [],
  trustedDocuments: null,
  limits: {
    domain: expect.objectContaining({ ...LIMITS }),
    transport: expect.objectContaining({ ...TRANSPORT_LIMITS }),
  },
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
    const config = parseConfig({});
    expect(Object.isFrozen(config)).toBe(true);
    expect(Object.isFrozen(config.limits.domain)).toBe(true);
    expect(Object.isFrozen(config.limits.transport)).toBe(true);
  });

  it('is what the variables say', () => {
    const env = {
      HOST: '0.0.0.0',
      PORT: '0',
      STORE_URL: 'rediss://user:word@redis.example:6380/2',
      REDIS_WAIT_REPLICAS: '2',
      REDIS_WAIT_TIMEOUT_MS: '500',
      REDIS_CA_FILE: './ca.pem',
      AUTH: 'none',
      CORS_ORIGINS: ' https://app.example, http://localhost:3000,',
      TRUSTED_DOCUMENTS: './documents.json',
      LIMIT_DOCUMENT_DEPTH: '7',
      LIMIT_SERVICE_RATE: '0',
      LOG_LEVEL: 'silent',
      NODE_ENV: 'production',
    };
    expect(parseConfig(env)).toEqual({
      host: '0.0.0.0',
      port: 0,
      store: {
        kind: 'redis',
        address: {
          mode: 'single',
          nodes: [{ host: 'redis.example', port: 6380 }],
          master: '',
          database: 2,
          username: 'user',
          password: 'word',
          tls: true,
        },
      },
      redis: {
        waitReplicas: 2,
        waitMs: 500,
        caFile: './ca.pem',
        sentinelUsername: undefined,
        sentinelPassword: undefined,
      },
      auth: { none: true, keys: null, jwt: null },
      corsOrigins: ['https://app.example', 'http://localhost:3000'],
      trustedDocuments: './documents.json',
      limits: {
        domain: expect.objectContaining({ ...LIMITS }),
        transport: expect.objectContaining({ ...TRANSPORT_LIMITS, documentDepth: 7 }),
      },
      logLevel: 'silent',
      production: true,
    });
  });

  it.each([
    ['sqlite::memory:', { kind: 'sqlite', path: ':memory:' }],
    ['sqlite:/var/lib/a b.db', { kind: 'sqlite', path: '/var/lib/a b.db' }],
    ['sqlite:///var/lib/a.db', { kind: 'sqlite', path: '/var/lib/a.db' }],
  ])('keeps sessions in %s', (STORE_URL, store) => {
    expect(parseConfig({ STORE_URL }).store).toEqual(store);
  });

  it.each([
    ['PORT', ['-1', '65536', '100000', '4e3', '40.5', ' 4000', '0x10', 'http']],
    ['STORE_URL', ['sqlite:', 'sqlite', 'mysql://localhost', 'Redis', 'localhost:6379']],
    ['REDIS_WAIT_REPLICAS', ['-1', '1.5', 'all', '101']],
    ['REDIS_WAIT_TIMEOUT_MS', ['0', '4001', '1s']],
    ['AUTH', ['NONE', 'none,keys', 'none,none', 'keys;jwt', 'basic', ',', 'jwt,']],
    [
      'CORS_ORIGINS',
      [
        '*',
        'null',
        'app.example',
        'https://app.example/',
        'https://app.example/x',
        'https://*.app.example',
        'https://app.example:443',
        'https://user:word@app.example',
        'https://app.example;https://b.example',
      ],
    ],
    ['LIMIT_BODY_BYTES', ['0', '-1', '1.5', '1e6', '16MiB', ' 1', '2147483648']],
    ['LIMIT_USER_RATE', ['-1', 'none']],
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
      CORS_ORIGINS: 'hunter2',
      LIMIT_BODY_BYTES: 'hunter2',
      LOG_LEVEL: 'hunter2',
      NODE_ENV: 'hunter2',
    };
    const names = (given: Readonly<Record<string, string>>): Set<unknown> =>
      new Set(problemsOf(given).map((problem) => problem.split(' ')[0]));
    const { HOST: _host, ...wrong } = env;
    expect(names(env)).toEqual(new Set(Object.keys(wrong)));
    expect(problemsOf(env).join('\n')).not.toContain('hunter2');
    const { AUTH: _, ...withoutAuth } = env;
    expect(names(withoutAuth)).toEqual(names(env));
    expect(() => parseConfig({ PORT: 'x' })).toThrow('The configuration has a problem.');
    expect(() => parseConfig(env)).toThrow('The configuration has 7 problems.');
  });

  it('gives a request no less time than its headers', () => {
    expect(problemsOf({ LIMIT_HEADERS_MS: '10001' })).toEqual([
      'LIMIT_BODY_MS must be LIMIT_HEADERS_MS or more.',
    ]);
    expect(problemsOf({ LIMIT_HEADERS_MS: '20000', LIMIT_BODY_MS: '20000' })).toEqual([]);
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

  it('docs/configuration.md has a table of exactly its variables, in their order', async () => {
    const text = await readFile(new URL('../docs/configuration.md', import.meta.url), 'utf8');
    const rows = [...text.matchAll(/^\| `([A-Z_]+)` +\|(.*)\|(.*)\|$/gm)].map(([, ...cells]) =>
      cells.map((cell) => cell.trim()),
    );
    expect(rows).toEqual(
      configVariables.map(({ name, default: fallback, description }) => [
        name,
        name === 'AUTH' ? '`none` on a loopback address' : fallback === '' ? '' : `\`${fallback}\``,
        description,
      ]),
    );
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
