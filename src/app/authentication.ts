import type { Logger } from 'pino';
import {
  isServiceKey,
  SERVICE_KEY_RULE,
  type AuthConfig,
  type JwtConfig,
  type KeysConfig,
} from '../config/auth.ts';
import { ConfigError } from '../config/config-error.ts';
import type { Viewer } from '../core/access.ts';
import { anyOf } from '../transport/auth/authenticators.ts';
import type { Authenticator } from '../transport/auth/credential.ts';
import { everybody } from '../transport/auth/everybody.ts';
import { keyFile, NoKeysError } from '../transport/auth/key-file.ts';
import { serviceKeys, type KeySource } from '../transport/auth/service-keys.ts';
import { systemClock } from './system-clock.ts';
import { unreadable } from './unreadable.ts';

/** With AUTH=none everybody is a service, and means this user when none is named. */
const EVERYBODY: Viewer = { kind: 'SERVICE', userId: 'local' };

/** @throws ConfigError when a file of keys cannot be used. */
export async function openAuthentication(config: AuthConfig, log: Logger): Promise<Authenticator> {
  if (config.none) return everybody(EVERYBODY);
  return anyOf([
    ...(config.keys === null ? [] : [serviceKeys(keySource(config.keys, log))]),
    ...(config.jwt === null ? [] : [await tokensOf(config.jwt, log)]),
  ]);
}

async function tokensOf(config: JwtConfig, log: Logger): Promise<Authenticator> {
  const { jsonWebTokens } = await import('../transport/auth/json-web-tokens.ts');
  const onError = (error: unknown): void =>
    log.warn({ err: error }, 'The keys of the issuer of tokens cannot be had or used');
  return jsonWebTokens({ ...config, clock: systemClock, onError });
}

function keySource(config: KeysConfig, log: Logger): KeySource {
  if ('keys' in config) return { keys: () => config.keys, close: () => undefined };
  try {
    return keyFile({
      path: config.file,
      clock: systemClock,
      isKey: isServiceKey,
      onProblem: (error) => {
        log.warn({ err: error }, 'The file of service keys cannot be used; the last keys hold');
      },
    });
  } catch (error) {
    if (error instanceof NoKeysError) throw new ConfigError([`SERVICE_KEYS_FILE ${SERVICE_KEY_RULE}`]);
    throw unreadable('SERVICE_KEYS_FILE', error);
  }
}
