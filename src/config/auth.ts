import { z } from 'zod';
import { isLoopback } from '../transport/loopback.ts';

/** How callers are known. */
export interface AuthConfig {
  /** Everybody is a service. */
  readonly none: boolean;
  readonly keys: KeysConfig | null;
  readonly jwt: JwtConfig | null;
}

export type KeysConfig = { readonly keys: readonly string[] } | { readonly file: string };

export interface JwtConfig {
  /** One of the two is given. */
  readonly secret: string | undefined;
  readonly jwksUrl: string | undefined;
  readonly issuer: string;
  readonly audience: string;
  readonly serviceScope: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Shorter ones can be guessed. */
const KEY_CHARACTERS = 24;
const SECRET_BYTES = 32;

/** What is wrong is added to `problems`; values are not repeated. */
export function parseAuth(env: Environment, problems: string[]): AuthConfig {
  const ways = z
    .string()
    .transform((text) => text.split(',').map((way) => way.trim()))
    .pipe(z.array(z.enum(['none', 'keys', 'jwt'])))
    .safeParse(env['AUTH'] || 'none');
  if (!ways.success || (ways.data.includes('none') && ways.data.length > 1)) {
    problems.push('AUTH must be none, keys, jwt, or keys,jwt.');
    return { none: false, keys: null, jwt: null };
  }
  if (!env['AUTH']) checkOpen(env, problems);
  return {
    none: ways.data.includes('none'),
    keys: ways.data.includes('keys') ? parseKeys(env, problems) : null,
    jwt: ways.data.includes('jwt') ? parseJwt(env, problems) : null,
  };
}

/** Nobody says how callers are known: that is for one's own machine, and not for who gave keys and forgot to say so. */
function checkOpen(env: Environment, problems: string[]): void {
  const given = ['SERVICE_KEYS', 'SERVICE_KEYS_FILE', 'JWT_SECRET', 'JWT_JWKS_URL'].find((name) => env[name]);
  if (given !== undefined) {
    problems.push(
      `AUTH must be set, since ${given} is: without it, whoever reaches the server may do everything.`,
    );
  } else if (!isLoopback(env['HOST'] || 'localhost')) {
    problems.push(
      'AUTH must be set to listen on an address other than loopback: AUTH=none lets whoever reaches it do everything.',
    );
  }
}

function parseKeys(env: Environment, problems: string[]): KeysConfig {
  const file = env['SERVICE_KEYS_FILE'] ?? '';
  const keys = (env['SERVICE_KEYS'] ?? '').split(',').flatMap((key) => key.trim() || []);
  if ((file === '') === (keys.length === 0)) {
    problems.push('AUTH=keys needs SERVICE_KEYS or SERVICE_KEYS_FILE, one of the two.');
  }
  if (keys.some((key) => !isServiceKey(key))) {
    problems.push(`SERVICE_KEYS ${SERVICE_KEY_RULE}`);
  }
  return file === '' ? { keys } : { file };
}

export const SERVICE_KEY_RULE = `must be keys of at least ${KEY_CHARACTERS} characters of A-Z, a-z, 0-9 and . _ ~ + / = -.`;

/** Whether it can be sent as a bearer token, and not be guessed. */
export function isServiceKey(key: string): boolean {
  return key.length >= KEY_CHARACTERS && /^[A-Za-z0-9._~+/=-]+$/.test(key);
}

function parseJwt(env: Environment, problems: string[]): JwtConfig {
  const value = (name: string): string => env[name] ?? '';
  const [secret, jwksUrl] = [value('JWT_SECRET'), value('JWT_JWKS_URL')];
  if ((secret === '') === (jwksUrl === '')) {
    problems.push('AUTH=jwt needs JWT_SECRET or JWT_JWKS_URL, one of the two.');
  }
  if (secret !== '' && new TextEncoder().encode(secret).length < SECRET_BYTES) {
    problems.push(`JWT_SECRET must have at least ${SECRET_BYTES} bytes.`);
  }
  if (jwksUrl !== '') checkKeyAddress(jwksUrl, problems);
  for (const name of ['JWT_ISSUER', 'JWT_AUDIENCE']) {
    // Without them a token that was made for another purpose would be accepted.
    if (value(name) === '') problems.push(`AUTH=jwt needs ${name}.`);
  }
  const serviceScope = value('JWT_SERVICE_SCOPE') || 'agent-sessions:service';
  if (/\s/.test(serviceScope)) problems.push('JWT_SERVICE_SCOPE must be one scope, without spaces.');
  return {
    secret: secret === '' ? undefined : secret,
    jwksUrl: jwksUrl === '' ? undefined : jwksUrl,
    issuer: value('JWT_ISSUER'),
    audience: value('JWT_AUDIENCE'),
    serviceScope,
  };
}

function checkKeyAddress(text: string, problems: string[]): void {
  const { protocol, hostname, username, password } = URL.canParse(text) ? new URL(text) : NO_URL;
  if (protocol !== 'https:' && !(protocol === 'http:' && isLoopback(hostname))) {
    problems.push('JWT_JWKS_URL must begin with https://, or with http:// on a loopback address.');
  } else if (username !== '' || password !== '') {
    problems.push('JWT_JWKS_URL must hold no user and no password.');
  }
}

const NO_URL = { protocol: '', hostname: '', username: '', password: '' };
