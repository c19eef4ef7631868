import { describe, expect, it } from 'vitest';
import { parseTokenArguments, tokenUsage } from '../../src/cli/token-arguments.ts';
import { makeToken } from '../../src/cli/token.ts';
import { parseConfig } from '../../src/config.ts';
import { jsonWebTokens } from '../../src/transport/auth/json-web-tokens.ts';
import { JWT_ENV, withSecret } from '../transport/auth/tokens.ts';

const HOUR = 3_600;

describe('the arguments of token', () => {
  it.each<[string, readonly string[], object]>([
    ['a user', ['--user', 'alice'], { subject: 'alice', service: false, expiresIn: HOUR }],
    ['a service', ['--service', 'agents'], { subject: 'agents', service: true, expiresIn: HOUR }],
    ['seconds', ['--user', 'a', '--expires', '90s'], { subject: 'a', service: false, expiresIn: 90 }],
    ['minutes', ['--expires=5m', '--user=a'], { subject: 'a', service: false, expiresIn: 300 }],
    ['hours', ['--user', 'a', '--expires', '12h'], { subject: 'a', service: false, expiresIn: 12 * HOUR }],
    [
      'days',
      ['--user', 'a b', '--expires', '30d'],
      { subject: 'a b', service: false, expiresIn: 720 * HOUR },
    ],
  ])('name %s', (_what, args, token) => {
    expect(parseTokenArguments(args)).toEqual({ kind: 'token', arguments: token });
  });

  it.each<[string, readonly string[], RegExp]>([
    ['nobody', [], /user or a service, one of the two/],
    ['both', ['--user', 'a', '--service', 'b'], /one of the two/],
    ['an empty name', ['--user', ''], /1 to 256 characters/],
    ['a name that no server takes', ['--user', 'x'.repeat(257)], /1 to 256 characters/],
    ['a time without a unit', ['--user', 'a', '--expires', '90'], /--expires/],
    ['no time', ['--user', 'a', '--expires', '0s'], /--expires/],
    ['a time in the past', ['--user', 'a', '--expires=-1h'], /--expires/],
    ['a unit that is none', ['--user', 'a', '--expires', '1y'], /--expires/],
    ['an option that is none', ['--users', 'a'], /--users/],
    ['a word without its option', ['alice'], /alice/],
    ['an option without its value', ['--user'], /--user/],
  ])('that name %s are refused', (_what, args, problem) => {
    const { problems = [] } = { ...parseTokenArguments(args) } as { problems?: readonly string[] };
    expect(problems).toEqual([expect.stringMatching(problem)]);
  });

  it('are told when asked for, with all of them', () => {
    for (const flag of ['--help', '-h'])
      expect(parseTokenArguments([flag, '--user', 'a'])).toEqual({ kind: 'help' });
    for (const option of ['--user', '--service', '--expires']) expect(tokenUsage()).toContain(option);
  });
});

describe('a token that is made', () => {
  const { authenticate } = jsonWebTokens(withSecret);
  const made = (given: object, env: Readonly<Record<string, string>> = JWT_ENV): Promise<string> =>
    makeToken(parseConfig(env), { subject: 'alice', service: false, expiresIn: 60, ...given }, Date.now());

  it('is taken for that user by a server of the same configuration, for as long as it says', async () => {
    const before = Date.now();
    const credential = await authenticate(await made({}));
    expect(credential.viewer).toEqual({ kind: 'USER', userId: 'alice' });
    expect(credential.expiresAt).toBeGreaterThan(before + 58_000);
    expect(credential.expiresAt).toBeLessThanOrEqual(Date.now() + 60_000);
  });

  it('is taken for a service by the scope that the server looks for', async () => {
    expect((await authenticate(await made({ service: true }))).viewer).toEqual({
      kind: 'SERVICE',
      userId: null,
    });
    const JWT_SERVICE_SCOPE = 'chat.agents';
    const other = await made({ service: true }, { ...JWT_ENV, JWT_SERVICE_SCOPE });
    expect((await authenticate(other)).viewer.kind).toBe('USER');
    const its = jsonWebTokens({ ...withSecret, serviceScope: JWT_SERVICE_SCOPE });
    expect((await its.authenticate(other)).viewer.kind).toBe('SERVICE');
  });

  it.each<[string, Readonly<Record<string, string>>]>([
    ['nobody is asked for tokens', {}],
    ['services are asked for keys', { AUTH: 'keys', SERVICE_KEYS: 'service-key-of-these-tests' }],
    [
      'an issuer makes them',
      { AUTH: 'jwt', JWT_JWKS_URL: 'https://issuer.example/keys', JWT_ISSUER: 'x', JWT_AUDIENCE: 'y' },
    ],
  ])('is none where %s, and what is missing is told', async (_what, env) => {
    await expect(made({}, env)).rejects.toThrow('AUTH=jwt and JWT_SECRET');
  });
});
