import { describe, expect, it } from 'vitest';
import { request } from '../support/graphql-request.ts';
import { runServer, startServer } from '../support/server-process.ts';
import { JWT_ENV, SECRET } from '../transport/auth/tokens.ts';

const KEY = 'planted-service-key-000000';

describe('agent-sessions token', () => {
  it('makes tokens that a running server takes, and says what it takes in its first line', async () => {
    const env = { ...JWT_ENV, AUTH: 'keys,jwt', SERVICE_KEYS: KEY };
    const server = await startServer({ ...env, STORE_URL: 'sqlite::memory:' });
    expect(server.startLine).toContain('takes service keys and tokens of https://issuer.example');
    const viewers = [
      [['--user', 'alice'], { kind: 'USER', userId: 'alice' }],
      [['--service', 'agents', '--expires', '5m'], { kind: 'SERVICE', userId: null }],
    ] as const;
    for (const [args, viewer] of viewers) {
      const { code, stdout, stderr } = await runServer(['token', ...args], env);
      expect([code, stderr]).toEqual([0, '']);
      expect(stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
      const { data } = await request(
        server.endpoint,
        '{ viewer { kind userId } }',
        {},
        `Bearer ${stdout.trim()}`,
      );
      expect(data).toEqual({ viewer });
    }
    expect((await request(server.endpoint, '{ viewer { kind } }')).status).toBe(401);
    const { stdout, stderr } = await server.terminate();
    expect(stdout + stderr).not.toMatch(new RegExp(`${SECRET}|${KEY}`));
  });

  it('says how to use it', async () => {
    const help = await runServer(['token', '--help']);
    expect(help).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('--user NAME') });
    const wrong = await runServer(['token']);
    expect(wrong).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('--user NAME') });
  });

  it('says what is missing, and repeats no secret', async () => {
    const none = await runServer(['token', '--user', 'alice']);
    expect(none).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('JWT_SECRET') });
    const short = await runServer(['token', '--user', 'a'], { ...JWT_ENV, JWT_SECRET: 'planted' });
    expect(short).toMatchObject({ code: 1, stdout: '' });
    expect(short.stderr).toContain('JWT_SECRET must have at least 32 bytes');
    expect(short.stderr).not.toContain('planted');
  });
});
