import { createHash, timingSafeEqual } from 'node:crypto';
import { UnauthenticatedError } from '../../core/errors.ts';
import type { Authenticator } from './credential.ts';

/** Where the keys are: they may change while the server runs. */
export interface KeySource {
  /** The keys that hold now; asked at every look at a token. */
  readonly keys: () => readonly string[];
  close(): void;
}

/**
 * Keys that back ends know: who has one is a service. Several hold at once, so that one can be replaced by another
 * without a moment in which none does.
 */
export function serviceKeys(source: KeySource): Authenticator {
  let known: readonly string[] = [];
  let digests: readonly Buffer[] = [];

  /** All of them are compared, and digests have one length: how long it takes tells nothing of a key. */
  const holds = (digest: Buffer): boolean => {
    const keys = source.keys();
    if (keys !== known) {
      known = keys;
      digests = keys.map(digestOf);
    }
    let found = false;
    for (const one of digests) found = timingSafeEqual(one, digest) || found;
    return found;
  };

  return {
    async authenticate(token) {
      const digest = token === null ? null : digestOf(token);
      if (digest === null || !holds(digest)) throw new UnauthenticatedError();
      return {
        viewer: { kind: 'SERVICE', userId: null },
        caller: `key ${digest.toString('base64url').slice(0, 16)}`,
        expiresAt: null,
        isRevoked: () => !holds(digest),
      };
    },
    close: () => source.close(),
  };
}

function digestOf(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}
