import { describe, expect, it } from 'vitest';
import { ConfigError, parseConfig } from '../src/config.ts';

type Environment = Readonly<Record<string, string>>;

const KEY = 'a-key-of-24-characters-0';
const OTHER_KEY = 'ANOTHER.KEY_of~24+chars/=';
const SECRET = 'a secret of 32 bytes, with spaces';
const JWKS = 'https://issuer.example/keys';
const ISSUED = { AUTH: 'jwt', JWT_ISSUER: 'https://issuer.example', JWT_AUDIENCE: 'agent-sessions' };

function problemsOf(env: Environment): readonly string[] {
  try {
    parseConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe('AUTH=keys', () => {
  it('takes keys from the environment, with commas between them', () => {
    expect(parseConfig({ AUTH: 'keys', SERVICE_KEYS: `${KEY}, ${OTHER_KEY},` }).auth).toEqual({
      none: false,
      keys: { keys: [KEY, OTHER_KEY] },
      jwt: null,
    });
  });

  it('takes them from a file in their place', () => {
    expect(parseConfig({ AUTH: 'keys', SERVICE_KEYS_FILE: '/run/keys' }).auth.keys).toEqual({
      file: '/run/keys',
    });
  });

  it.each<[string, Environment]>([
    ['neither', {}],
    ['an empty list', { SERVICE_KEYS: ' , ' }],
    ['both', { SERVICE_KEYS: KEY, SERVICE_KEYS_FILE: '/run/keys' }],
  ])('needs one of the two: %s', (_what, env) => {
    expect(problemsOf({ AUTH: 'keys', ...env })).toEqual([
      'AUTH=keys needs SERVICE_KEYS or SERVICE_KEYS_FILE, one of the two.',
    ]);
  });

  it.each([
    KEY.slice(1),
    `${KEY},short`,
    `${KEY} ${OTHER_KEY}`,
    `${KEY};${OTHER_KEY}`,
    `"${KEY}"`,
    'schlüssel-von-24-zeichen',
  ])('refuses keys that can be guessed or not be sent: %s', (SERVICE_KEYS) => {
    const problems = problemsOf({ AUTH: 'keys', SERVICE_KEYS });
    expect(problems).toEqual([expect.stringMatching(/^SERVICE_KEYS must be keys of at least 24 characters/)]);
    expect(problems[0]).not.toContain(SERVICE_KEYS);
  });
});

describe('AUTH=jwt', () => {
  it('takes a shared secret', () => {
    expect(parseConfig({ ...ISSUED, JWT_SECRET: SECRET }).auth).toEqual({
      none: false,
      keys: null,
      jwt: {
        secret: SECRET,
        jwksUrl: undefined,
        issuer: 'https://issuer.example',
        audience: 'agent-sessions',
        serviceScope: 'agent-sessions:service',
      },
    });
  });

  it('takes the address of the issuer’s keys, and another scope', () => {
    const env = { ...ISSUED, JWT_JWKS_URL: JWKS, JWT_SERVICE_SCOPE: 'chat.agents' };
    expect(parseConfig(env).auth.jwt).toMatchObject({
      secret: undefined,
      jwksUrl: JWKS,
      serviceScope: 'chat.agents',
    });
  });

  it.each<[string, Environment]>([
    ['neither', {}],
    ['both', { JWT_SECRET: SECRET, JWT_JWKS_URL: JWKS }],
  ])('needs one of the two: %s', (_what, env) => {
    expect(problemsOf({ ...ISSUED, ...env })).toEqual([
      'AUTH=jwt needs JWT_SECRET or JWT_JWKS_URL, one of the two.',
    ]);
  });

  it('does not start without an issuer and an audience', () => {
    expect(problemsOf({ AUTH: 'jwt', JWT_SECRET: SECRET })).toEqual([
      'AUTH=jwt needs JWT_ISSUER.',
      'AUTH=jwt needs JWT_AUDIENCE.',
    ]);
    expect(problemsOf({ ...ISSUED, JWT_SECRET: SECRET, JWT_AUDIENCE: '' })).toEqual([
      'AUTH=jwt needs JWT_AUDIENCE.',
    ]);
  });

  it('refuses a secret of less than 32 bytes, which may be less than 32 characters', () => {
    for (const JWT_SECRET of ['x'.repeat(31), 'ü'.repeat(15)]) {
      expect(problemsOf({ ...ISSUED, JWT_SECRET })).toEqual(['JWT_SECRET must have at least 32 bytes.']);
    }
    expect(problemsOf({ ...ISSUED, JWT_SECRET: 'ü'.repeat(16) })).toEqual([]);
  });

  it.each([
    'http://issuer.example/keys',
    'http://127.0.0.1.example/keys',
    'ftp://issuer.example/keys',
    'file:///keys.json',
    'issuer.example/keys',
    'keys.json',
  ])('fetches keys only where nobody on the way can change them: not from %s', (JWT_JWKS_URL) => {
    const problems = problemsOf({ ...ISSUED, JWT_JWKS_URL });
    expect(problems).toEqual([expect.stringMatching(/^JWT_JWKS_URL must begin with https:\/\//)]);
    expect(problems[0]).not.toContain(JWT_JWKS_URL);
  });

  it.each(['http://localhost:8080/keys', 'http://127.0.0.1/keys', 'http://[::1]:1/keys'])(
    'fetches keys from this machine: %s',
    (JWT_JWKS_URL) => {
      expect(problemsOf({ ...ISSUED, JWT_JWKS_URL })).toEqual([]);
    },
  );

  it('refuses credentials in that address, which would be in the log when it fails', () => {
    const problems = problemsOf({ ...ISSUED, JWT_JWKS_URL: 'https://user:hunter2@issuer.example/keys' });
    expect(problems).toEqual(['JWT_JWKS_URL must hold no user and no password.']);
  });

  it('refuses a scope that no token can have', () => {
    const env = { ...ISSUED, JWT_SECRET: SECRET, JWT_SERVICE_SCOPE: 'chat agents' };
    expect(problemsOf(env)).toEqual(['JWT_SERVICE_SCOPE must be one scope, without spaces.']);
  });
});

describe('AUTH', () => {
  it('takes keys and tokens side by side', () => {
    const env = { ...ISSUED, AUTH: 'jwt, keys', JWT_SECRET: SECRET, SERVICE_KEYS: KEY };
    expect(parseConfig(env).auth).toMatchObject({
      none: false,
      keys: { keys: [KEY] },
      jwt: { secret: SECRET },
    });
  });

  it('tells the problems of both', () => {
    expect(problemsOf({ AUTH: 'keys,jwt' })).toHaveLength(4);
  });

  it.each<Environment>([
    { SERVICE_KEYS: KEY },
    { SERVICE_KEYS_FILE: '/run/keys' },
    { JWT_SECRET: SECRET },
    { JWT_JWKS_URL: JWKS },
  ])('must be named where what it needs is given, and nobody would be asked for it: %o', (env) => {
    expect(problemsOf(env)).toEqual([
      `AUTH must be set, since ${Object.keys(env)[0]} is: without it, whoever reaches the server may do everything.`,
    ]);
    expect(parseConfig({ ...env, AUTH: 'none' }).auth.none).toBe(true);
  });

  it('none on an address other than loopback is taken only by name, whatever else is given', () => {
    expect(problemsOf({ HOST: '0.0.0.0' })).toHaveLength(1);
    expect(problemsOf({ HOST: '0.0.0.0', SERVICE_KEYS: KEY })).toHaveLength(1);
    expect(problemsOf({ HOST: '0.0.0.0', AUTH: 'keys', SERVICE_KEYS: KEY })).toEqual([]);
  });
});
