import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { UnauthenticatedError } from '../../../src/core/errors.ts';
import type { Credential } from '../../../src/transport/auth/credential.ts';
import { jsonWebTokens } from '../../../src/transport/auth/json-web-tokens.ts';
import { badTokens } from './bad-tokens.ts';
import { AUDIENCE, claims, SECRET, seconds, token, unsigned, withSecret } from './tokens.ts';

const authenticator = jsonWebTokens(withSecret);
const authenticate = (text: string | null): Promise<Credential> => authenticator.authenticate(text);
const viewer = async (given: Readonly<Record<string, unknown>>): Promise<unknown> =>
  (await authenticate(await token(given))).viewer;

afterEach(() => {
  vi.useRealTimers();
});

describe('a token that holds', () => {
  it('stands for the user that `sub` names, until `exp`', async () => {
    const exp = seconds() + 60;
    const credential = await authenticate(await token({ sub: 'ada', exp }));
    expect(credential).toMatchObject({
      viewer: { kind: 'USER', userId: 'ada' },
      caller: 'user ada',
      expiresAt: exp * 1_000,
    });
    expect(credential.isRevoked()).toBe(false);
  });

  it.each([
    ['the text `scope`', { scope: 'agent-sessions:service' }],
    ['the text `scope`, among others', { scope: 'openid agent-sessions:service email' }],
    ['the list `scp`', { scp: ['openid', 'agent-sessions:service'] }],
    ['the text `scp`', { scp: 'agent-sessions:service' }],
    ['the list `scope`', { scope: ['agent-sessions:service'] }],
  ])('stands for a service by %s', async (_what, given) => {
    expect(await viewer(given)).toEqual({ kind: 'SERVICE', userId: null });
  });

  it.each([
    ['part of another', { scope: 'agent-sessions:service2 xagent-sessions:service' }],
    ['in other letters', { scope: 'AGENT-SESSIONS:SERVICE' }],
    ['within a list of texts', { scp: ['openid agent-sessions:service'] }],
    ['in an object', { scope: { 'agent-sessions:service': true } }],
    ['nothing', { scope: null, scp: 7 }],
    ['in another claim', { roles: ['agent-sessions:service'], kind: 'SERVICE' }],
  ])('stands for a user where the scope is %s', async (_what, given) => {
    expect(await viewer(given)).toEqual({ kind: 'USER', userId: 'ada' });
  });

  it('names the callers apart, users from services', async () => {
    const named = async (given: object): Promise<string> =>
      (await authenticate(await token({ ...given }))).caller;
    const callers = [
      await named({ sub: 'ada' }),
      await named({ sub: 'bob' }),
      await named({ sub: 'ada', scope: 'agent-sessions:service' }),
      await named({ sub: 'user ada' }),
    ];
    expect(new Set(callers).size).toBe(4);
  });

  it('may have several audiences', async () => {
    expect(await viewer({ aud: ['another', AUDIENCE] })).toMatchObject({ userId: 'ada' });
  });

  it.each(['ü', '名前', '🙂', 'a b', 'x'.repeat(256), 'null', '{}', 'a\u0000b', '__proto__'])(
    'may name a user as services may: %j',
    async (sub) => {
      expect(await viewer({ sub })).toEqual({ kind: 'USER', userId: sub });
    },
  );

  it('is taken a little before its time, since clocks differ', async () => {
    expect(await viewer({ nbf: seconds() + 3, iat: seconds() + 3 })).toMatchObject({ userId: 'ada' });
  });
});

describe('a token that does not hold', () => {
  it.each(Object.entries(badTokens))('is UNAUTHENTICATED, in the same words: %s', async (_what, make) => {
    const refused: unknown = await authenticate(await make()).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(UnauthenticatedError);
    expect(refused).toMatchObject({ message: new UnauthenticatedError().message, details: {} });
  });

  it('no longer does at the moment that `exp` names', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2030, 0, 1) });
    const text = await token({ exp: seconds() + 10 });
    vi.setSystemTime(Date.now() + 9_999);
    expect(await authenticate(text)).toMatchObject({ viewer: { userId: 'ada' } });
    vi.setSystemTime(Date.now() + 1);
    await expect(authenticate(text)).rejects.toBeInstanceOf(UnauthenticatedError);
  });

  it('is never taken for a fault of the server, whatever is in it', async () => {
    const header = fc.oneof(
      fc.constant({ alg: 'HS256' }),
      fc.record({ alg: fc.constantFrom('HS256', 'none', 'dir', '', 7, null), crit: fc.jsonValue() }),
      fc.jsonValue(),
    );
    const json = fc.tuple(header, fc.jsonValue(), fc.base64String());
    const text = fc.oneof(
      json.map(([head, payload, signature]) => unsigned(Object(head), payload, signature)),
      fc.string(),
      fc.string({ unit: fc.constantFrom('.', 'e', 'y', 'J', '=', '-') }),
    );
    await fc.assert(
      fc.asyncProperty(text, async (given) => {
        await expect(authenticate(given)).rejects.toBeInstanceOf(UnauthenticatedError);
      }),
      { numRuns: 300 },
    );
  });

  it('is never taken for a fault of the server, whatever its claims are, when the issuer signed it', async () => {
    const names = fc.constantFrom('iss', 'aud', 'sub', 'exp', 'nbf', 'iat', 'scope', 'scp', 'jti');
    const strange = fc.dictionary(names, fc.oneof(fc.jsonValue(), fc.double(), fc.integer()), { minKeys: 1 });
    await fc.assert(
      fc.asyncProperty(strange, async (given) => {
        const answered: unknown = await authenticate(await token(given)).catch((error: unknown) => error);
        if (answered instanceof UnauthenticatedError) return;
        if (answered instanceof Error) throw answered;
        const { viewer: who } = answered as Credential;
        expect(who.kind === 'SERVICE' || who.userId === claims(given).sub).toBe(true);
      }),
      { numRuns: 300, examples: [[{ iat: Infinity }], [{ exp: -Infinity }], [{ nbf: Number.NaN }]] },
    );
  });
});

it('keeps nothing of the secret or of a token in what it throws', async () => {
  const text = await token({ sub: 'planted-subject', aud: 'planted-audience' });
  const thrown: unknown = await authenticate(text).catch((error: unknown) => error);
  const told = inspected(thrown);
  for (const planted of [SECRET, text, 'planted-subject', 'planted-audience'])
    expect(told).not.toContain(planted);
});

/** What a log might show of an error: its message, and those of its causes. */
function inspected(error: unknown): string {
  return error instanceof Error
    ? `${error.name} ${error.message} ${error.stack} ${inspected(error.cause)}`
    : '';
}
