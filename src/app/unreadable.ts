import { ConfigError } from '../config/config-error.ts';

/** A file that cannot be read. Its path is not repeated: it may be a secret that was put in the wrong variable. */
export function unreadable(variable: string, error: unknown): ConfigError {
  const reason = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
  return new ConfigError([`${variable} cannot be read${reason}.`]);
}
