import type { StoreConfig } from './store-url.ts';
import type { Variable } from './variable.ts';

/** How a Redis is used, besides where it is. */
export interface RedisConfig {
  /** How many replicas must have a write before it is answered; 0: none is waited for. */
  readonly waitReplicas: number;
  /** Milliseconds that the replicas have for it. */
  readonly waitMs: number;
  /** A file of certificates in PEM; null: those that Node trusts. */
  readonly caFile: string | null;
  readonly sentinelUsername: string | undefined;
  readonly sentinelPassword: string | undefined;
}

export const redisVariables: readonly Variable[] = [
  {
    name: 'REDIS_WAIT_REPLICAS',
    default: '0',
    description:
      'How many replicas must have a write before it is answered: with 1 or more, no fault of a single node loses an answered write. 0: none is waited for, and a failover may lose the last ones.',
  },
  {
    name: 'REDIS_WAIT_TIMEOUT_MS',
    default: '1000',
    description:
      'Milliseconds that the replicas have for it; after that the write is answered with STORE_TIMEOUT, and is to be repeated with its idempotency key.',
  },
  {
    name: 'REDIS_CA_FILE',
    default: '',
    description:
      'With rediss: a file of the certificates (PEM) that sign those of Redis and of the Sentinels, in place of the usual authorities.',
  },
  {
    name: 'REDIS_SENTINEL_USERNAME',
    default: '',
    description: 'With redis+sentinel: the user for the Sentinels; that of STORE_URL is for Redis.',
  },
  {
    name: 'REDIS_SENTINEL_PASSWORD',
    default: '',
    description: 'With redis+sentinel: the password for the Sentinels.',
  },
];

/** Below the time after which a command without a reply counts as lost. */
const MOST_WAIT_MS = 4_000;

/** What is wrong is added to `problems`; values are not repeated. */
export function parseRedis(
  env: Readonly<Record<string, string | undefined>>,
  store: StoreConfig | undefined,
  problems: string[],
): RedisConfig {
  const value = (name: string): string => env[name] ?? '';
  const number = (name: string, fallback: number, least: number, most: number): number => {
    const text = value(name);
    if (text === '') return fallback;
    const parsed = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
    if (parsed >= least && parsed <= most) return parsed;
    problems.push(`${name} must be a whole number from ${least} to ${most}.`);
    return fallback;
  };
  const waitReplicas = number('REDIS_WAIT_REPLICAS', 0, 0, 100);
  const waitMs = number('REDIS_WAIT_TIMEOUT_MS', 1_000, 1, MOST_WAIT_MS);
  const [caFile, sentinelUsername, sentinelPassword] = [
    value('REDIS_CA_FILE'),
    value('REDIS_SENTINEL_USERNAME'),
    value('REDIS_SENTINEL_PASSWORD'),
  ];
  const address = store?.kind === 'redis' ? store.address : undefined;
  // Who sets one of these counts on it: that it would do nothing must not pass in silence.
  if (store !== undefined) {
    if (waitReplicas > 0 && address === undefined)
      problems.push('REDIS_WAIT_REPLICAS must be 0 without a Redis.');
    if (caFile !== '' && address?.tls !== true) {
      problems.push('REDIS_CA_FILE must be empty unless STORE_URL begins with rediss.');
    }
    if (`${sentinelUsername}${sentinelPassword}` !== '' && address?.mode !== 'sentinel') {
      problems.push('REDIS_SENTINEL_USERNAME and REDIS_SENTINEL_PASSWORD must be empty without Sentinels.');
    }
  }
  if (sentinelUsername !== '' && sentinelPassword === '') {
    problems.push('REDIS_SENTINEL_PASSWORD must be set, since REDIS_SENTINEL_USERNAME is.');
  }
  return Object.freeze({
    waitReplicas,
    waitMs,
    caFile: caFile === '' ? null : caFile,
    sentinelUsername: sentinelUsername === '' ? undefined : sentinelUsername,
    sentinelPassword: sentinelPassword === '' ? undefined : sentinelPassword,
  });
}
