import { SignJWT } from 'jose';
import type { Config } from '../config.ts';

export interface TokenArguments {
  /** Whom the token stands for. */
  readonly subject: string;
  /** Whether it is a service, which acts for any user. */
  readonly service: boolean;
  /** Seconds until it expires. */
  readonly expiresIn: number;
}

/**
 * A token that this server accepts, for development: in production whoever signs users in makes them.
 * @throws Error that says what is missing.
 */
export async function makeToken(
  { auth }: Config,
  { subject, service, expiresIn }: TokenArguments,
  now: number,
): Promise<string> {
  const { jwt } = auth;
  if (jwt?.secret === undefined) {
    throw new Error(
      'Tokens are made with AUTH=jwt and JWT_SECRET: set both, and JWT_ISSUER and JWT_AUDIENCE.',
    );
  }
  const seconds = Math.floor(now / 1_000);
  return new SignJWT(service ? { scope: jwt.serviceScope } : {})
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setSubject(subject)
    .setIssuer(jwt.issuer)
    .setAudience(jwt.audience)
    .setIssuedAt(seconds)
    .setExpirationTime(seconds + expiresIn)
    .sign(new TextEncoder().encode(jwt.secret));
}
