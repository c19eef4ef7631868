import type { IncomingMessage } from 'node:http';
import { bearerToken, type Authenticator, type Credential } from './auth/credential.ts';
import type { TransportLimits } from './limits.ts';

/** Who asks, and how much it may send. */
export interface Admitted {
  readonly credential: Credential;
  /** Of the body of a request. */
  readonly bodyBytes: number;
}

/** Finds out who sends a request before anything of it is read. */
export class Admission {
  readonly #authenticator: Authenticator;
  readonly #limits: TransportLimits;

  constructor(authenticator: Authenticator, limits: TransportLimits) {
    this.#authenticator = authenticator;
    this.#limits = limits;
  }

  /** @throws UnauthenticatedError, StoreUnavailableError. */
  async admit({ headers }: IncomingMessage): Promise<Admitted> {
    const credential = await this.#authenticator.authenticate(bearerToken(headers.authorization));
    const { bodyBytes, userBodyBytes } = this.#limits;
    return { credential, bodyBytes: credential.viewer.kind === 'SERVICE' ? bodyBytes : userBodyBytes };
  }
}
