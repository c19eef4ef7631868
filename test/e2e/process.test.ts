import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder, type TemporaryFolder } from '../contract/store-on-sqlite.ts';
import { dataOf, request } from '../support/graphql-request.ts';
import { startRedis } from '../support/redis-server.ts';
import { runServer, startServer } from '../support/server-process.ts';

let folder: TemporaryFolder;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(async () => {
  await folder.remove();
});

describe('the command line', () => {
  it('prints its usage with every variable', async () => {
    for (const flag of ['--help', '-h']) {
      const { code, stdout, stderr } = await runServer([flag]);
      expect([code, stderr]).toEqual([0, '']);
      for (const name of ['HOST', 'PORT', 'STORE_URL', 'AUTH', 'LOG_LEVEL', 'NODE_ENV']) {
        expect(stdout).toContain(`  ${name} `);
      }
    }
  });

  it('prints its version', async () => {
    const manifest = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8'));
    expect(await runServer(['--version'])).toMatchObject({
      code: 0,
      stdout: `${manifest.version}\n`,
      stderr: '',
    });
  });

  it('refuses an argument that it does not know', async () => {
    const { code, stdout, stderr } = await runServer(['serve', '--prot']);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('--prot');
    expect(stderr).toContain('Usage:');
  });
});

describe('a configuration with problems', () => {
  it('is refused with every one of them, and without a value', async () => {
    const { code, stdout, stderr } = await runServer([], {
      HOST: '0.0.0.0',
      PORT: '70000x',
      STORE_URL: 'mysql://root:hunter2@db',
      LOG_LEVEL: 'loudly',
      NODE_ENV: 'staging',
    });
    expect([code, stdout]).toEqual([1, '']);
    for (const name of ['AUTH', 'PORT', 'STORE_URL', 'LOG_LEVEL', 'NODE_ENV']) expect(stderr).toContain(name);
    expect(stderr.trim().split('\n')).toHaveLength(6);
    expect(stderr).not.toMatch(/hunter2|70000x|loudly|staging/);
  });

  it('is refused when the port is taken, with the reason', async () => {
    const server = await startServer({ STORE_URL: 'sqlite::memory:' });
    const port = new URL(server.url).port;
    const { code, stderr } = await runServer([], { PORT: port, STORE_URL: 'sqlite::memory:' });
    expect(code).toBe(1);
    expect(stderr).toContain('something listens on that port already');
    await server.terminate();
  });
});

describe('a Redis that loses sessions', () => {
  it('is refused, with the setting and the remedy', async () => {
    const redis = await startRedis({ args: ['--maxmemory-policy', 'allkeys-lru'] });
    const { code, stderr } = await runServer([], { PORT: '0', STORE_URL: redis.url });
    expect(code).toBe(1);
    expect(stderr).toContain('maxmemory-policy allkeys-lru');
    expect(stderr).toContain('Set it to noeviction');
    await redis.stop();
  });
});

describe('a running server', () => {
  it('says in one line of its log where it listens, what store it uses and what that promises', async () => {
    const path = folder.file('start-line.db');
    const server = await startServer({ STORE_URL: `sqlite:${path}` });
    const { level, msg, ...rest } = JSON.parse(server.startLine);
    expect([level, Object.keys(rest)]).toEqual([30, ['time']]);
    expect(msg).toContain(server.endpoint);
    expect(msg).toContain('AUTH=none');
    expect(msg).toContain(`SQLite ${path}: every acknowledged write is on disk`);
    expect(msg).not.toContain('\n');
    expect(await dataOf(server.endpoint, '{ viewer { kind userId } }')).toEqual({
      viewer: { kind: 'SERVICE', userId: 'local' },
    });
    expect(await server.terminate()).toMatchObject({ code: 0, signal: null, stderr: '' });
  });

  it('starts without its Redis, says so, and is not ready', async () => {
    const server = await startServer({ STORE_URL: 'redis://:hunter2@127.0.0.1:1' });
    expect(server.startLine).toContain('cannot be reached');
    expect((await fetch(`${server.url}/ready`)).status).toBe(503);
    const { errors } = await request(server.endpoint, '{ session(id: "s") { id } }');
    expect(errors).toMatchObject([{ extensions: { code: 'STORE_UNAVAILABLE', retryable: true } }]);
    const { code, stdout, stderr } = await server.terminate();
    expect(code).toBe(0);
    expect(stdout + stderr).not.toContain('hunter2');
  });

  it.each([
    [
      'an upgrade to an address that is none',
      'GET // HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
    ],
    [
      'an upgrade by POST',
      'POST /graphql HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
    ],
    ['an address that is none', 'GET // HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'],
    ['an authority for an address', 'GET http://[ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'],
    ['no HTTP', '\u0000\u0001\u0002\r\n\r\n'],
  ])('survives %s', async (_what, bytes) => {
    const server = await startServer({ STORE_URL: 'sqlite::memory:' });
    const answer = await new Promise<string>((resolve) => {
      let text = '';
      const socket = connect(Number(new URL(server.url).port), '127.0.0.1', () => socket.write(bytes));
      socket.on('data', (chunk) => (text += chunk.toString()));
      socket.on('error', () => undefined);
      socket.on('close', () => resolve(text));
    });
    expect((await fetch(`${server.url}/health`)).status).toBe(200);
    expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
    await server.terminate();
  });
});
