import { describe, expect, it } from 'vitest';
import { ConfigError, parseConfig } from '../src/config.ts';

const ONE = {
  mode: 'single',
  nodes: [{ host: 'localhost', port: 6379 }],
  master: '',
  database: 0,
  username: undefined,
  password: undefined,
  tls: false,
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

describe('STORE_URL', () => {
  it.each([
    ['redis://localhost', {}],
    ['redis://localhost/', {}],
    ['redis://:word@localhost', { password: 'word' }],
    ['redis://ada:p%40ss%2F%3A@localhost/3', { username: 'ada', password: 'p@ss/:', database: 3 }],
    ['redis://[::1]:7000', { nodes: [{ host: '::1', port: 7000 }] }],
    [
      'redis+sentinel://one,two:26380/main/2',
      {
        mode: 'sentinel',
        nodes: [
          { host: 'one', port: 26_379 },
          { host: 'two', port: 26_380 },
        ],
        master: 'main',
        database: 2,
      },
    ],
    [
      'rediss+sentinel://ada:word@one/main',
      {
        mode: 'sentinel',
        nodes: [{ host: 'one', port: 26_379 }],
        master: 'main',
        username: 'ada',
        password: 'word',
        tls: true,
      },
    ],
    [
      'redis+cluster://10.0.0.1:7000,10.0.0.2',
      {
        mode: 'cluster',
        nodes: [
          { host: '10.0.0.1', port: 7000 },
          { host: '10.0.0.2', port: 6379 },
        ],
      },
    ],
    ['rediss+cluster://localhost', { mode: 'cluster', tls: true }],
  ])('can be %s', (STORE_URL, address) => {
    expect(parseConfig({ STORE_URL }).store).toEqual({ kind: 'redis', address: { ...ONE, ...address } });
  });

  it.each([
    ['redis:', 1],
    ['redis://', 1],
    ['redis:///0', 1],
    ['redis://localhost/1/2', 1],
    ['redis://localhost/x', 1],
    ['redis://localhost?tls=true', 1],
    ['redis://localhost/0?tls=true', 1],
    ['redis://localhost:0', 1],
    ['redis://localhost:65536', 1],
    ['redis://loc alhost', 1],
    ['redis://one,two', 1],
    ['redis://ada@localhost', 1],
    ['redis://ada:%zz@localhost', 1],
    ['redis+sentinel://one', 1],
    ['redis+sentinel://one/', 1],
    ['redis+sentinel://one,/main', 1],
    ['redis+cluster://one/1', 1],
    ['redis+other://one', 1],
    ['redis+sentinel://hunter2@one:0,tw o,/ma in/x', 6],
  ])('cannot be %s', (STORE_URL, count) => {
    const problems = problemsOf({ STORE_URL });
    expect(problems).toHaveLength(count);
    for (const problem of problems) expect(problem).toMatch(/^STORE_URL must .*\.$/);
    expect(problems.join('\n')).not.toContain('hunter2');
  });
});

describe('what else is said of Redis', () => {
  it('is kept for Sentinels', () => {
    const env = {
      STORE_URL: 'redis+sentinel://one/main',
      REDIS_SENTINEL_USERNAME: 'watcher',
      REDIS_SENTINEL_PASSWORD: 'word',
    };
    expect(parseConfig(env).redis).toMatchObject({ sentinelUsername: 'watcher', sentinelPassword: 'word' });
  });

  it('is nothing without need', () => {
    expect(parseConfig({}).redis).toEqual({
      waitReplicas: 0,
      waitMs: 1_000,
      caFile: null,
      sentinelUsername: undefined,
      sentinelPassword: undefined,
    });
  });

  it.each([
    [{ REDIS_WAIT_REPLICAS: '1' }],
    [{ REDIS_CA_FILE: 'hunter2' }],
    [{ STORE_URL: 'redis://localhost', REDIS_CA_FILE: 'hunter2' }],
    [{ STORE_URL: 'redis://localhost', REDIS_SENTINEL_PASSWORD: 'hunter2' }],
    [{ STORE_URL: 'redis+sentinel://one/main', REDIS_SENTINEL_USERNAME: 'hunter2' }],
  ])('is refused where it would do nothing: %j', (env) => {
    const problems = problemsOf(env);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/^REDIS_/);
    expect(problems.join('\n')).not.toContain('hunter2');
  });
});
