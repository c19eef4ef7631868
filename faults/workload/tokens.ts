import { createHmac, randomBytes } from 'node:crypto';
import { SERVICE } from '../checker/i10-no-foreign-data.ts';

/** Who clients say they are: tokens that all end at once, every few seconds. */
export class Tokens {
  readonly #secret = randomBytes(32).toString('hex');
  readonly #lifetimeS: number;

  /** @param lifetimeS A token ends at the next multiple of so many seconds. */
  constructor(lifetimeS: number) {
    this.#lifetimeS = lifetimeS;
  }

  /** For servers that are to take these tokens. */
  get env(): Readonly<Record<string, string>> {
    return { AUTH: 'jwt', JWT_SECRET: this.#secret, JWT_ISSUER: 'faults', JWT_AUDIENCE: 'agent-sessions' };
  }

  of(user: string): string {
    const now = Math.floor(Date.now() / 1_000);
    // One that ends in this very second would be refused before it is used.
    const ends = Math.ceil((now + 2) / this.#lifetimeS) * this.#lifetimeS;
    const isService = user === SERVICE;
    const claims = {
      iss: 'faults',
      aud: 'agent-sessions',
      sub: user,
      iat: now - 1,
      exp: isService ? now + 3_600 : ends,
      ...(isService ? { scope: 'agent-sessions:service' } : {}),
    };
    const signed = [{ alg: 'HS256', typ: 'JWT' }, claims]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    return `${signed}.${createHmac('sha256', this.#secret).update(signed).digest('base64url')}`;
  }
}
