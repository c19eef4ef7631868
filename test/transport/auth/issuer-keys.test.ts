import { generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Credential } from '../../../src/transport/auth/credential.ts';
import { jsonWebTokens } from '../../../src/transport/auth/json-web-tokens.ts';
import { until } from '../../support/until.ts';
import { startIssuer, type Issuer } from './issuer.ts';
import { claims, ISSUED, issuerKey, token, unsigned, type IssuerKey } from './tokens.ts';

const [first, second] = [issuerKey('first'), issuerKey('second')];
const rsa = issuerKey('rsa', 'RSA');
const SECOND = 1_000;
const MINUTE = 60_000;

let issuer: Issuer;
let authenticate: (text: string | null) => Promise<Credential>;
let now: number;
let failures: unknown[];
beforeEach(async () => {
  issuer = await startIssuer(first);
  now = Date.now();
  failures = [];
  const onError = (error: unknown): void => void failures.push(error);
  const options = { ...ISSUED, jwksUrl: issuer.url, clock: { now: () => now }, onError };
  authenticate = jsonWebTokens(options).authenticate;
});
afterEach(async () => {
  await issuer.stop();
});

/** A token that outlives what the clock is turned on by. */
const signed = (key: IssuerKey, given: object = {}): Promise<string> =>
  token({ exp: Math.floor(now / SECOND) + 7_200, ...given }, key);
const codeOf = async (text: string | null): Promise<unknown> => {
  const error: unknown = await authenticate(text).catch((reason: unknown) => reason);
  return error instanceof Error && 'code' in error ? error.code : error;
};
const isTaken = async (text: string): Promise<boolean> => (await authenticate(text)).viewer.kind === 'USER';

describe('keys of an issuer', () => {
  it('are fetched once for all tokens, also when many come at once', async () => {
    const texts = await Promise.all(['ada', 'bob', 'eve'].map((sub) => signed(first, { sub })));
    const viewers = await Promise.all(texts.map(async (text) => (await authenticate(text)).viewer.userId));
    expect(viewers).toEqual(['ada', 'bob', 'eve']);
    for (const text of texts) await authenticate(text);
    expect(issuer.requests).toBe(1);
  });

  it('are not asked for before a token comes that could be one', async () => {
    for (const text of [null, '', 'token', 'x'.repeat(9_000), unsigned({ alg: 'none' }, claims())]) {
      expect(await codeOf(text)).toBe('UNAUTHENTICATED');
    }
    expect(issuer.requests).toBe(0);
  });

  it('sign by RSA as well', async () => {
    issuer.publish(rsa);
    expect(await isTaken(await signed(rsa))).toBe(true);
  });

  it('need no id where there is one only', async () => {
    const { kid: _, ...nameless } = first;
    expect(await isTaken(await token({}, nameless))).toBe(true);
    issuer.publish(first, second);
    now += MINUTE;
    expect(await codeOf(await token({}, nameless))).toBe('UNAUTHENTICATED');
  });

  it.each<[string, () => string | Promise<string>]>([
    ['one that it does not have', () => signed(second)],
    ['its id, and another key', () => signed({ ...second, kid: 'first' })],
    ['an id that is no text', () => unsigned({ alg: 'ES256', kid: 7 }, claims(), 'AAAA')],
    [
      'HS256 with its public key as the secret, as PEM',
      () =>
        token(
          {},
          { kid: 'first', key: Buffer.from(first.publicKey.export({ type: 'spki', format: 'pem' })) },
        ),
    ],
    [
      'HS256 with its public key as the secret, as JWK',
      () => token({}, { kid: 'first', key: Buffer.from(JSON.stringify(first.jwk)) }),
    ],
    [
      'a key that the token itself brings',
      async () => {
        const [, payload] = (await signed(second)).split('.');
        const header = { alg: 'ES256', kid: 'first', jwk: second.jwk, jku: issuer.url };
        return `${Buffer.from(JSON.stringify(header)).toString('base64url')}.${payload}.AAAA`;
      },
    ],
    ['none', () => unsigned({ alg: 'none', kid: 'first' }, claims())],
    ['another algorithm of the same key', () => unsigned({ alg: 'ES384', kid: 'first' }, claims(), 'AAAA')],
  ])('are no key of a token that is signed with %s', async (_what, make) => {
    expect(await codeOf(await make())).toBe('UNAUTHENTICATED');
    expect(failures).toEqual([]);
  });
});

describe('when the issuer changes its keys', () => {
  it('finds a new one as soon as a token names it', async () => {
    await authenticate(await signed(first));
    issuer.publish(first, second);
    now += SECOND;
    expect(await isTaken(await signed(second))).toBe(true);
    expect(await isTaken(await signed(first))).toBe(true);
    expect(issuer.requests).toBe(2);
  });

  it('asks no more than once a second, whatever tokens name', async () => {
    await authenticate(await signed(first));
    for (let count = 0; count < 20; count++) {
      now += 100;
      expect(await codeOf(await signed(issuerKey(`made-up-${count}`)))).toBe('UNAUTHENTICATED');
    }
    expect(issuer.requests).toBe(3);
  });

  it('lets tokens that come while it asks share the answer', async () => {
    await authenticate(await signed(first));
    issuer.publish(first, second);
    now += SECOND;
    const text = await signed(second);
    expect(await Promise.all([1, 2, 3].map(() => isTaken(text)))).toEqual([true, true, true]);
    expect(issuer.requests).toBe(2);
  });

  it('takes no more tokens of one that is gone, a minute later', async () => {
    const text = await signed(first);
    await authenticate(text);
    issuer.publish(second);
    now += MINUTE - 1;
    expect(await isTaken(text)).toBe(true);
    now += 1;
    expect(await codeOf(text)).toBe('UNAUTHENTICATED');
    expect(await isTaken(await signed(second))).toBe(true);
  });

  it('ends what goes on by one that is gone, also when nobody else comes', async () => {
    const [gone, stays] = [await authenticate(await signed(first)), await signed(second)];
    issuer.publish(second);
    expect(gone.isRevoked()).toBe(false);
    now += MINUTE;
    await until('the old key is gone', () => gone.isRevoked());
    expect((await authenticate(stays)).isRevoked()).toBe(false);
    expect(issuer.requests).toBe(2);
  });
});

describe('while the issuer', () => {
  const faults: Readonly<Record<string, () => void | Promise<void>>> = {
    'is down': () => issuer.stop(),
    'answers 500': () => issuer.answer(500, '{}'),
    'answers 404': () => issuer.answer(404, ''),
    'answers no JSON': () => issuer.answer(200, '<html>'),
    'answers JSON that is no set of keys': () => issuer.answer(200, '{"keys":7}'),
  };

  it.each(Object.entries(faults))(
    '%s, says that tokens cannot be checked, and logs it once',
    async (_what, fail) => {
      await fail();
      for (let count = 0; count < 3; count++) {
        expect(await codeOf(await signed(first))).toBe('STORE_UNAVAILABLE');
        now += SECOND;
      }
      expect(failures).toHaveLength(1);
      expect(await codeOf('token')).toBe('UNAUTHENTICATED');
    },
  );

  it.each(Object.entries(faults))(
    '%s, goes on for ten minutes with the keys that it had',
    async (_what, fail) => {
      const text = await signed(first);
      const live = await authenticate(text);
      await fail();
      now += 9 * MINUTE;
      expect(await isTaken(text)).toBe(true);
      expect(live.isRevoked()).toBe(false);
      now += MINUTE;
      expect(await codeOf(text)).toBe('STORE_UNAVAILABLE');
      // Who was let in stays: that nobody can be asked is no reason to turn everybody out.
      expect(live.isRevoked()).toBe(false);
    },
  );

  it('is down, cannot tell whether a key that it did not have is new', async () => {
    await authenticate(await signed(first));
    await issuer.stop();
    now += SECOND;
    for (let count = 0; count < 3; count++)
      expect(await codeOf(await signed(second))).toBe('STORE_UNAVAILABLE');
  });

  it('was down, and is back, takes tokens again a second later', async () => {
    issuer.answer(503, '');
    const text = await signed(first);
    expect(await codeOf(text)).toBe('STORE_UNAVAILABLE');
    issuer.publish(first);
    now += SECOND;
    expect(await isTaken(text)).toBe(true);
  });

  it('says nothing, lets nobody wait who can do without it', async () => {
    const text = await signed(first);
    await authenticate(text);
    issuer.answer(500, '');
    now += MINUTE;
    await authenticate(text);
    issuer.fallSilent();
    now += SECOND;
    expect(await isTaken(text)).toBe(true);
    await until('it was asked', () => issuer.requests === 3);
    issuer.publish(second);
    await until('its answer counts', async () => (await codeOf(text)) === 'UNAUTHENTICATED');
  });

  it('publishes a key that is too short, is told so in the log', async () => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
    issuer.publish({ ...rsa, jwk: { ...rsa.jwk, ...publicKey.export({ format: 'jwk' }) } });
    expect(await codeOf(await signed(rsa))).toBe('STORE_UNAVAILABLE');
    expect(failures).toHaveLength(1);
  });
});
