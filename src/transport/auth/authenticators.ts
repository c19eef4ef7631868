import { UnauthenticatedError } from '../../core/errors.ts';
import type { Authenticator, Credential } from './credential.ts';

/** Several ways to be known: the first that knows the token says who it is. */
export function anyOf(authenticators: readonly Authenticator[]): Authenticator {
  return {
    async authenticate(token): Promise<Credential> {
      let refusal: unknown = new UnauthenticatedError();
      for (const authenticator of authenticators) {
        try {
          return await authenticator.authenticate(token);
        } catch (error) {
          // One that could not tell must not hide behind another that does not know the token.
          if (!(error instanceof UnauthenticatedError)) refusal = error;
        }
      }
      throw refusal;
    },
    close: () => {
      for (const authenticator of authenticators) authenticator.close();
    },
  };
}
