import { z } from 'zod';
import { parseAuth, type AuthConfig } from './config/auth.ts';
import { ConfigError } from './config/config-error.ts';
import { parseLimits, type ConfiguredLimits } from './config/limits.ts';
import { parseRedis, type RedisConfig } from './config/redis.ts';
import { storeUrl, type StoreConfig } from './config/store-url.ts';
import { LOG_LEVELS } from './config/variables.ts';

/** Everything that the environment decides, parsed and checked once. */
export interface Config {
  /** Address to listen on. */
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
  readonly store: StoreConfig;
  readonly redis: RedisConfig;
  readonly auth: AuthConfig;
  /** Origins whose pages may call the server, beside its own. */
  readonly corsOrigins: readonly string[];
  /** A file of the only documents that are executed; null: any is. */
  readonly trustedDocuments: string | null;
  readonly limits: ConfiguredLimits;
  readonly logLevel: LogLevel;
  readonly production: boolean;
}

export type LogLevel = (typeof LOG_LEVELS)[number];

/** An empty variable is an absent one. */
const optional = <T extends z.ZodType>(type: T) =>
  z.preprocess((value) => (value === '' ? undefined : value), type.optional());
const text = (fallback: string) => optional(z.string()).transform((value) => value ?? fallback);

const environment = z.object({
  HOST: text('127.0.0.1'),
  PORT: text('4000').pipe(
    z
      .string()
      .regex(/^\d{1,5}$/, 'must be a number from 0 to 65535')
      .transform(Number)
      .refine((port) => port <= 65_535, 'must be a number from 0 to 65535'),
  ),
  STORE_URL: text('sqlite:./data/agent-sessions.db').pipe(storeUrl),
  CORS_ORIGINS: text('')
    .transform((list) => list.split(',').flatMap((origin) => origin.trim() || []))
    .refine((origins) => origins.every(isOrigin), 'must be origins, such as https://app.example'),
  TRUSTED_DOCUMENTS: text('').transform((path) => (path === '' ? null : path)),
  LOG_LEVEL: text('info').pipe(z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`)),
  NODE_ENV: text('development').pipe(
    z.enum(['development', 'test', 'production'], 'must be development, test or production'),
  ),
});

/** @throws ConfigError with every problem; values are not repeated, since some hold passwords. */
export function parseConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const parsed = environment.safeParse(env);
  const problems = parsed.error?.issues.map(({ path, message }) => `${String(path[0])} ${message}.`) ?? [];
  const auth = parseAuth(env, problems);
  const redis = parseRedis(env, storeOf(env), problems);
  const limits = parseLimits(env, problems);
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems);
  const { HOST, PORT, STORE_URL, CORS_ORIGINS, TRUSTED_DOCUMENTS, LOG_LEVEL, NODE_ENV } = parsed.data;
  return Object.freeze({
    host: HOST,
    port: PORT,
    store: STORE_URL,
    redis,
    auth,
    corsOrigins: CORS_ORIGINS,
    trustedDocuments: TRUSTED_DOCUMENTS,
    limits,
    logLevel: LOG_LEVEL,
    production: NODE_ENV === 'production',
  });
}

/** undefined when it has problems, which are told already. */
function storeOf(env: Readonly<Record<string, string | undefined>>): StoreConfig | undefined {
  return environment.shape.STORE_URL.safeParse(env['STORE_URL']).data;
}

/** An origin as browsers send it: no path, no slash at its end. */
function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text && !text.includes('*');
}

export { ConfigError } from './config/config-error.ts';
export { configVariables } from './config/variables.ts';
export type { AuthConfig } from './config/auth.ts';
export type { RedisConfig } from './config/redis.ts';
export type { StoreConfig } from './config/store-url.ts';
