import type { Viewer } from '../../core/access.ts';

/** Who a token stands for, and for how long. */
export interface Credential {
  readonly viewer: Viewer;
  /** Names the caller among all others, and tells nothing of the token: what rates are kept by. */
  readonly caller: string;
  /** Milliseconds since 1970; null: as long as `isRevoked` is false. */
  readonly expiresAt: number | null;
  /** Whether the token no longer holds although its time has not come, such as a key that was taken away. */
  readonly isRevoked: () => boolean;
}

/** The `caller` of a user's tokens. */
export function callerOfUser(userId: string): string {
  return `user ${encodeURIComponent(userId)}`;
}

/** Finds out who asks. */
export interface Authenticator {
  /**
   * @param token What the client sent as its bearer token; null: nothing.
   * @throws UnauthenticatedError, the same for everything that can be wrong with a token; StoreUnavailableError when the
   * keys that sign tokens cannot be had.
   */
  authenticate(token: string | null): Promise<Credential>;
  /** Ends what it does in the background. */
  close(): void;
}

/** The bearer token of an Authorization header; null when there is none, or another scheme. */
export function bearerToken(authorization: unknown): string | null {
  if (typeof authorization !== 'string') return null;
  return /^Bearer +([A-Za-z0-9._~+/=-]+) *$/i.exec(authorization)?.[1] ?? null;
}
