import { unreachable } from './errors.ts';
import { inTime } from './in-time.ts';
import type { RedisLink } from './link.ts';

/** Milliseconds within which a healthy Redis answers. */
const LIMIT = 950;

/** In a Cluster, how many keys are tried: they are on different nodes. */
const PLACES = 8;

/**
 * Resolves when Redis can read and write, which only a write tells: a full or read-only Redis answers pings. Of a
 * Cluster one node is enough: no other server could reach more of it.
 * @throws StoreUnavailableError within a second.
 */
export async function checkWritable(link: RedisLink, key: string): Promise<void> {
  const keys = link.isSpread ? Array.from({ length: PLACES }, (_, n) => `${key}:${n}`) : [key];
  const writes = keys.map((name) => link.run(name, (client) => client.set(name, '1', 'PX', 1_000)));
  try {
    await inTime(Promise.any(writes), LIMIT, unreachable);
  } catch (error) {
    throw unreachable(error);
  }
}
