import type { Redis } from 'ioredis';
import { UnsafeStoreError } from '../../core/errors.ts';
import { replyCode } from './errors.ts';
import type { RedisLink } from './link.ts';

/**
 * One plain sentence about what an acknowledged write is worth with this Redis, for the server's first line. Of a Cluster
 * each master is looked at, and the least that one of them promises is told.
 * @param waitReplicas How many replicas a write is waited for.
 * @throws UnsafeStoreError when Redis throws keys away while memory is full.
 */
export async function describeDurability(link: RedisLink, waitReplicas: number): Promise<string> {
  const found = await link.readEverywhere(readSettings);
  const waiting =
    waitReplicas === 0
      ? ''
      : `every acknowledged write is on ${waitReplicas === 1 ? 'a replica' : `${waitReplicas} replicas`}, and no fault of a single node loses it (REDIS_WAIT_REPLICAS ${waitReplicas})`;
  if (found.some((settings) => settings === null)) {
    return sentence([
      waiting,
      'Redis refuses CONFIG GET, so what it does with acknowledged writes is not known',
    ]);
  }
  const all = found.filter((settings) => settings !== null);
  for (const settings of all) refuseEviction(settings);
  return sentence([
    waiting,
    least(all.map(diskPromise)),
    waiting === '' ? least(all.map(replicaPromise)) : '',
  ]);
}

type Settings = ReadonlyMap<string, string>;

/** What is promised, and how much that is: 0 is least. */
type Promised = readonly [rank: number, text: string];

/** null when Redis, or who runs it, does not tell. */
async function readSettings(client: Redis): Promise<Settings | null> {
  try {
    return pairs(await client.config('GET', ...NAMES));
  } catch (error) {
    // Some services have taken the command away, and refuse it in words of their own.
    if (replyCode(error) === null || replyCode(error) === 'LOADING') throw error;
    return null;
  }
}
const NAMES = ['maxmemory-policy', 'appendonly', 'appendfsync', 'min-replicas-to-write'] as const;

function pairs(reply: unknown): Settings {
  const settings = new Map<string, string>();
  if (!Array.isArray(reply)) return settings;
  for (let i = 0; i + 1 < reply.length; i += 2) settings.set(String(reply[i]), String(reply[i + 1]));
  return settings;
}

/**
 * `allkeys-*` throws sessions away, `volatile-*` those that expire and the memory of idempotency keys; either takes single
 * keys, and leaves the others of their session.
 */
function refuseEviction(settings: Settings): void {
  const policy = settings.get('maxmemory-policy') ?? 'noeviction';
  if (policy === 'noeviction') return;
  throw new UnsafeStoreError(
    `Redis throws sessions away, or parts of them, when its memory is full (maxmemory-policy ${policy}). Set it to noeviction: then Redis refuses writes instead, and nothing is lost.`,
  );
}

function diskPromise(settings: Settings): Promised {
  if (settings.get('appendonly') !== 'yes') {
    return [0, 'Redis keeps no append-only file: a crash of Redis loses what came after its last snapshot'];
  }
  switch (settings.get('appendfsync')) {
    case 'always':
      return [3, 'every acknowledged write is on the disk of Redis (appendfsync always)'];
    case 'everysec':
      return [
        2,
        'a crash of Redis or its machine may lose the last second of acknowledged writes (appendfsync everysec)',
      ];
    default:
      return [1, 'a crash of the machine loses what the system had not yet written to disk (appendfsync no)'];
  }
}

function replicaPromise(settings: Settings): Promised {
  const replicas = Number(settings.get('min-replicas-to-write') ?? '0');
  return replicas > 0
    ? [
        replicas,
        `writes are refused with fewer than ${replicas} ${replicas === 1 ? 'replica' : 'replicas'}, and a failover may still lose the last ones`,
      ]
    : [0, 'a failover may lose acknowledged writes (min-replicas-to-write 0)'];
}

function least(promises: readonly Promised[]): string {
  return promises.toSorted(([one], [other]) => one - other)[0]?.[1] ?? '';
}

function sentence(parts: readonly string[]): string {
  return `${parts.filter((part) => part !== '').join('; ')}.`;
}
