import { errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey, type JWTVerifyResult } from 'jose';
import type { Viewer } from '../../core/access.ts';
import type { Clock } from '../../core/clock.ts';
import { CodedError, StoreUnavailableError, UnauthenticatedError } from '../../core/errors.ts';
import { callerOfUser, type Authenticator } from './credential.ts';
import { IssuerKeys } from './issuer-keys.ts';

export interface JsonWebTokenOptions {
  /** A shared secret of at least 32 bytes (HS256), or the address of the issuer's keys. */
  readonly secret?: string | undefined;
  readonly jwksUrl?: string | undefined;
  /** What `iss` and `aud` must be. */
  readonly issuer: string;
  readonly audience: string;
  /** The scope whose holders are services. */
  readonly serviceScope: string;
  readonly clock: Pick<Clock, 'now'>;
  /** Told when the issuer's keys cannot be had or used. */
  readonly onError: (error: unknown) => void;
}

/** A token longer than this is none that an issuer would make, and is not looked into. */
const MOST_CHARACTERS = 8 * 1024;
/** Seconds by which clocks may differ when a token is new; when it has expired it has. */
const TOLERANCE = 5;
/** Of public keys only: a public key must never be taken for a shared secret. */
const PUBLIC_ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
];

interface Keys {
  readonly algorithms: readonly string[];
  readonly find: JWTVerifyGetKey;
  /** Whether the key that a token names was taken away. */
  readonly isGone: (id: string | undefined) => boolean;
}

/** Tokens of an issuer: `sub` is the user, unless the scope makes it a service. `exp` is required. */
export function jsonWebTokens(options: JsonWebTokenOptions): Authenticator {
  const { issuer, audience, serviceScope, clock, onError } = options;
  const keys = keysOf(options);

  const verified = async (token: string): Promise<JWTVerifyResult> => {
    try {
      return await jwtVerify(token, keys.find, {
        issuer,
        audience,
        algorithms: [...keys.algorithms],
        clockTolerance: TOLERANCE,
        currentDate: new Date(clock.now()),
        requiredClaims: ['exp', 'sub'],
      });
    } catch (cause) {
      if (cause instanceof CodedError) throw cause;
      if (cause instanceof errors.JOSEError && FAULTS_OF_TOKENS.has(cause.code)) {
        throw new UnauthenticatedError({ cause });
      }
      // A key that the issuer should not have published, such as one that is too short: that says nothing of the token.
      onError(cause);
      throw new StoreUnavailableError('Tokens cannot be checked at the moment. Try again.', {}, { cause });
    }
  };

  return {
    async authenticate(token) {
      if (token === null || token.length > MOST_CHARACTERS) throw new UnauthenticatedError();
      const { payload, protectedHeader } = await verified(token);
      const subject = subjectOf(payload);
      const expiresAt = (payload.exp ?? 0) * 1_000;
      if (expiresAt <= clock.now()) throw new UnauthenticatedError();
      const viewer = viewerOf(payload, subject, serviceScope);
      return {
        viewer,
        caller: viewer.kind === 'USER' ? callerOfUser(subject) : `service ${encodeURIComponent(subject)}`,
        expiresAt,
        isRevoked: () => keys.isGone(protectedHeader.kid),
      };
    },
    close: () => undefined,
  };
}

function keysOf({ secret, jwksUrl = '', clock, onError }: JsonWebTokenOptions): Keys {
  if (secret === undefined) {
    const keys = new IssuerKeys({ url: jwksUrl, clock, onError });
    return { algorithms: PUBLIC_ALGORITHMS, find: keys.find, isGone: (id) => keys.isGone(id) };
  }
  const bytes = new TextEncoder().encode(secret);
  return { algorithms: ['HS256'], find: async () => bytes, isGone: () => false };
}

const FAULTS_OF_TOKENS: ReadonlySet<string> = new Set([
  errors.JOSEAlgNotAllowed.code,
  errors.JOSENotSupported.code,
  errors.JWKSMultipleMatchingKeys.code,
  errors.JWKSNoMatchingKey.code,
  errors.JWSInvalid.code,
  errors.JWSSignatureVerificationFailed.code,
  errors.JWTClaimValidationFailed.code,
  errors.JWTExpired.code,
  errors.JWTInvalid.code,
]);

/** The name of a user, with the bounds that every such name has; issuers may put anything there. */
function subjectOf({ sub }: { readonly sub?: unknown }): string {
  if (typeof sub === 'string' && sub !== '' && sub.length <= 256 && sub.isWellFormed()) return sub;
  throw new UnauthenticatedError();
}

function viewerOf({ scope, scp }: JWTPayload, subject: string, serviceScope: string): Viewer {
  const isService = [...scopesOf(scope), ...scopesOf(scp)].includes(serviceScope);
  return isService ? { kind: 'SERVICE', userId: null } : { kind: 'USER', userId: subject };
}

/** A text of names with spaces between them (RFC 8693), or a list. */
function scopesOf(claim: unknown): readonly unknown[] {
  if (typeof claim === 'string') return claim.split(' ');
  return Array.isArray(claim) ? claim : [];
}
