import { z } from 'zod';

/** Everything that the environment decides, parsed and checked once. */
export interface Config {
  /** Address to listen on. */
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
  readonly store: StoreConfig;
  /** Who callers are: `none` takes everybody for a service. */
  readonly auth: 'none';
  readonly logLevel: LogLevel;
  readonly production: boolean;
}

export type StoreConfig =
  { readonly kind: 'sqlite'; readonly path: string } | { readonly kind: 'redis'; readonly url: string };

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** The variables of the environment, as `--help`, `.env.example` and the documentation list them. */
export const configVariables: readonly {
  readonly name: string;
  readonly default: string;
  readonly description: string;
}[] = [
  { name: 'HOST', default: '127.0.0.1', description: 'Address to listen on.' },
  { name: 'PORT', default: '4000', description: 'Port to listen on; 0 takes a free one.' },
  {
    name: 'STORE_URL',
    default: 'sqlite:./data/agent-sessions.db',
    description:
      'Where sessions are kept: sqlite:path, sqlite::memory:, redis://host:port/db or rediss://host:port/db.',
  },
  {
    name: 'AUTH',
    default: 'none (on a loopback address)',
    description:
      'none: every caller is a service that may do everything. Must be named to listen on any other address.',
  },
  { name: 'LOG_LEVEL', default: 'info', description: `One of ${LOG_LEVELS.join(', ')}.` },
  { name: 'NODE_ENV', default: 'development', description: 'development, test or production.' },
];

/** Every problem of the configuration at once, a line each. */
export class ConfigError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`The configuration has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}.`);
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

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
  STORE_URL: text('sqlite:./data/agent-sessions.db').transform((url, context): StoreConfig => {
    const store = parseStoreUrl(url);
    if (store !== null) return store;
    context.addIssue({
      code: 'custom',
      message: 'must be sqlite:path, sqlite::memory:, redis://host:port/db or rediss://host:port/db',
    });
    return z.NEVER;
  }),
  AUTH: optional(z.literal('none', 'must be none')),
  LOG_LEVEL: text('info').pipe(z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`)),
  NODE_ENV: text('development').pipe(
    z.enum(['development', 'test', 'production'], 'must be development, test or production'),
  ),
});

/** @throws ConfigError with every problem; values are not repeated, since some hold passwords. */
export function parseConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const parsed = environment.safeParse(env);
  const problems = parsed.error?.issues.map(({ path, message }) => `${path.join('.')} ${message}.`) ?? [];
  const host = text('127.0.0.1').safeParse(env['HOST']).data;
  if (host !== undefined && !isLoopback(host) && !env['AUTH']) {
    problems.push(
      'AUTH must be set to listen on an address other than loopback: AUTH=none lets whoever reaches it do everything.',
    );
  }
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems);
  const { HOST, PORT, STORE_URL, LOG_LEVEL, NODE_ENV } = parsed.data;
  return Object.freeze({
    host: HOST,
    port: PORT,
    store: STORE_URL,
    auth: 'none',
    logLevel: LOG_LEVEL,
    production: NODE_ENV === 'production',
  });
}

/** Whether an address is reached from this machine only. */
function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host);
}

function parseStoreUrl(text: string): StoreConfig | null {
  if (text.startsWith('sqlite:')) {
    const path = text.slice('sqlite:'.length).replace(/^\/\//, '');
    return path === '' ? null : { kind: 'sqlite', path };
  }
  if (!/^rediss?:\/\//.test(text) || !URL.canParse(text)) return null;
  return new URL(text).hostname === '' ? null : { kind: 'redis', url: text };
}
