import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { CompactSign, type JWTPayload } from 'jose';
import type { JsonWebTokenOptions } from '../../../src/transport/auth/json-web-tokens.ts';

export const SECRET = 'the-shared-secret-of-these-tests-0';
export const ISSUER = 'https://issuer.example';
export const AUDIENCE = 'agent-sessions';

/** What the server is told of the issuer. */
export const ISSUED = { issuer: ISSUER, audience: AUDIENCE, serviceScope: 'agent-sessions:service' };

/** The same in the environment, with the shared secret. */
export const JWT_ENV = {
  AUTH: 'jwt',
  JWT_SECRET: SECRET,
  JWT_ISSUER: ISSUER,
  JWT_AUDIENCE: AUDIENCE,
} as const;

export const withSecret: JsonWebTokenOptions = {
  ...ISSUED,
  secret: SECRET,
  clock: { now: () => Date.now() },
  onError: (error) => {
    throw new Error('nothing can fail with a secret', { cause: error });
  },
};

export const seconds = (): number => Math.floor(Date.now() / 1_000);

/** The claims of a user's token that is good for five minutes; undefined takes one away. */
export function claims(given: Readonly<Record<string, unknown>> = {}): JWTPayload {
  const all = { iss: ISSUER, aud: AUDIENCE, sub: 'ada', iat: seconds(), exp: seconds() + 300, ...given };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

export interface Signing {
  readonly alg?: string;
  readonly kid?: string;
  readonly key?: KeyObject | Uint8Array;
}

/** A token with these claims besides those of `claims`. */
export async function token(
  given: Readonly<Record<string, unknown>> = {},
  { alg = 'HS256', kid, key = new TextEncoder().encode(SECRET) }: Signing = {},
): Promise<string> {
  // SignJWT refuses to sign some of what others sign, as `iat: Infinity`.
  return new CompactSign(new TextEncoder().encode(JSON.stringify(claims(given))))
    .setProtectedHeader({ alg, ...(kid === undefined ? {} : { kid }) })
    .sign(key);
}

/** A token of a service. */
export function serviceToken(given: Readonly<Record<string, unknown>> = {}): Promise<string> {
  return token({ sub: 'back-end', scope: ISSUED.serviceScope, ...given });
}

/** A token that nobody signed. */
export function unsigned(header: object, payload: unknown, signature = ''): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part(header)}.${part(payload)}.${signature}`;
}

/** A key of an issuer, as it signs with it and as it publishes it. */
export interface IssuerKey {
  readonly kid: string;
  readonly alg: string;
  readonly key: KeyObject;
  readonly publicKey: KeyObject;
  readonly jwk: Readonly<Record<string, unknown>>;
}

export function issuerKey(kid: string, kind: 'EC' | 'RSA' = 'EC'): IssuerKey {
  const { privateKey, publicKey } =
    kind === 'EC'
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
      : generateKeyPairSync('rsa', { modulusLength: 2048 });
  const alg = kind === 'EC' ? 'ES256' : 'RS256';
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid, alg, use: 'sig' };
  return { kid, alg, key: privateKey, publicKey, jwk };
}
