import { replyCode } from './errors.ts';
import type { RedisLink } from './link.ts';

/** One plain sentence about what an acknowledged write is worth with this Redis, for the server's first line. */
export async function describeDurability(link: RedisLink): Promise<string> {
  const settings = await readSettings(link);
  if (settings === null) {
    return 'Redis refuses CONFIG GET, so what it does with acknowledged writes is not known.';
  }
  const promises = [diskPromise(settings), replicaPromise(settings), memoryPromise(settings)];
  return `${promises.filter((promise) => promise !== '').join('; ')}.`;
}

type Settings = ReadonlyMap<string, string>;

/** null when Redis, or who runs it, does not tell. */
async function readSettings(link: RedisLink): Promise<Settings | null> {
  try {
    return await link.read(async (client) => pairs(await client.config('GET', ...NAMES)));
  } catch (error) {
    const cause: unknown = error instanceof Error && error.cause !== undefined ? error.cause : error;
    if (replyCode(cause) === null) throw error;
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

function diskPromise(settings: Settings): string {
  if (settings.get('appendonly') !== 'yes') {
    return 'Redis keeps no append-only file: a crash of Redis loses what came after its last snapshot';
  }
  switch (settings.get('appendfsync')) {
    case 'always':
      return 'every acknowledged write is on the disk of Redis (appendfsync always)';
    case 'everysec':
      return 'a crash of Redis or its machine may lose the last second of acknowledged writes (appendfsync everysec)';
    default:
      return 'a crash of the machine loses what the system had not yet written to disk (appendfsync no)';
  }
}

function replicaPromise(settings: Settings): string {
  const replicas = Number(settings.get('min-replicas-to-write') ?? '0');
  return replicas > 0
    ? `writes are refused with fewer than ${replicas} replicas, and a failover may still lose the last ones`
    : 'a failover may lose acknowledged writes (min-replicas-to-write 0)';
}

function memoryPromise(settings: Settings): string {
  const policy = settings.get('maxmemory-policy') ?? 'noeviction';
  return policy === 'noeviction'
    ? ''
    : `and sessions may be thrown away when memory is full (maxmemory-policy ${policy})`;
}
