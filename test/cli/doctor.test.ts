import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMemoryLive } from '../../src/adapters/memory/live.ts';
import { examine } from '../../src/app.ts';
import { elapsed, systemClock } from '../../src/app/system-clock.ts';
import { parseArguments } from '../../src/cli/arguments.ts';
import { runDoctor } from '../../src/cli/doctor.ts';
import { parseConfig } from '../../src/config.ts';
import { diagnose, type Finding } from '../../src/core/diagnosis.ts';
import { openSqlite } from '../contract/store-on-sqlite.ts';
import { startRedis, type RedisServer } from '../support/redis-server.ts';
import { runServer } from '../support/server-process.ts';

describe('doctor', () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => {
    await redis.stop();
  });

  /** What it says, and its exit code, in this process. */
  const doctor = async (env: Readonly<Record<string, string>>) => {
    let stdout = '';
    const code = await runDoctor({
      parse: () => parseConfig(env),
      examine,
      nodeVersion: process.version,
      write: (text) => (stdout += text),
    });
    return { code, stdout };
  };

  it('says what a Redis that works is and promises, and leaves nothing behind', async () => {
    const { code, stdout, stderr } = await runServer(['doctor'], { STORE_URL: redis.url });
    expect([code, stderr]).toEqual([0, '']);
    for (const said of [
      `This is Node ${process.versions.node}.`,
      'The configuration has no problem.',
      /This is (Redis|Valkey) \d/,
      'maxmemory-policy noeviction',
      'no append-only file',
      /can be written to: [\d.]+ ms/,
      /written in [\d.]+ ms, and heard of live after [\d.]+ ms/,
      'is removed again',
      'Everything works.',
    ]) {
      expect(stdout).toMatch(said);
    }
    expect(stdout).not.toContain('PROBLEM');
    expect(await redis.cli('KEYS', '*')).not.toContain('doctor');
  });

  it('finds settings by which sessions would be lost', async () => {
    await redis.cli('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru');
    const { code, stdout } = await doctor({ STORE_URL: redis.url });
    await redis.cli('CONFIG', 'SET', 'maxmemory-policy', 'noeviction');
    expect(code).toBe(1);
    expect(stdout).toMatch(/PROBLEM .*maxmemory-policy allkeys-lru\): set it to noeviction/);
    // It goes on: that is no reason not to know the rest.
    expect(stdout).toContain('is removed again');
    expect(stdout).toContain('There is a problem: see above.');
  });

  it('says why a Redis cannot be used, and no password', async () => {
    await redis.cli('ACL', 'SETUSER', 'server', 'on', '>hunter2', '~*', '&*', '+@all');
    const wrong = redis.url.replace('redis://', 'redis://server:hunter3@');
    for (const [url, reason] of [
      ['redis://:hunter2@127.0.0.1:1', 'ECONNREFUSED'],
      [wrong, 'WRONGPASS'],
    ] as const) {
      const { code, stdout } = await doctor({ STORE_URL: url });
      expect(code).toBe(1);
      expect(stdout).toMatch(new RegExp(`PROBLEM .*cannot be reached.*${reason}`));
      expect(stdout).not.toMatch(/hunter[23]/);
    }
  });

  it('works on a store of its own in memory', async () => {
    const { code, stdout } = await doctor({ STORE_URL: 'sqlite::memory:' });
    expect(code).toBe(0);
    expect(stdout).toContain('SQLite in memory: nothing outlives the process.');
  });

  it('tells every problem of the configuration, and of files that it names', async () => {
    const { code, stdout } = await doctor({ PORT: 'x', AUTH: 'keys' });
    expect(code).toBe(1);
    expect(stdout.match(/PROBLEM/g)).toHaveLength(2);
    expect(stdout).toContain('There are 2 problems: see above.');
    const files = await doctor({ AUTH: 'keys', SERVICE_KEYS_FILE: '/none/keys' });
    expect(files.stdout).toMatch(/PROBLEM {2}SERVICE_KEYS_FILE/);
  });

  it('takes no further arguments', () => {
    expect(parseArguments(['doctor'])).toEqual({ kind: 'doctor' });
    expect(parseArguments(['doctor', '--help'])).toEqual({ kind: 'help' });
    for (const args of [
      ['doctor', 'again'],
      ['doctor', 'serve'],
      ['--help', 'doctor'],
    ]) {
      expect(parseArguments(args)).toEqual({ kind: 'unknown', argument: args[1] });
    }
  });
});

describe('a diagnosis', () => {
  it('finds that live events do not come', async () => {
    const { store, close } = openSqlite(':memory:');
    // It hears of no write: nobody rings it.
    const { live } = createMemoryLive({ onError: () => undefined });
    const findings: Finding[] = [];
    const options = { store, live, clock: systemClock, newId: () => 'x', elapsed, patienceMs: 100 };
    for await (const finding of diagnose(options)) findings.push(finding);
    expect(findings.map(({ ok }) => ok)).toEqual([true, false, true]);
    expect(findings[1]?.text).toContain('no live event came');
    expect(await store.get('doctor-x')).toBeNull();
    await close();
  });
});
