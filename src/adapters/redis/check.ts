import { unreachable } from './errors.ts';
import type { RedisLink } from './link.ts';

/** Milliseconds within which a healthy Redis answers. */
const LIMIT = 950;

/**
 * Resolves when Redis can read and write, which only a write tells: a full or read-only Redis answers pings.
 * @throws StoreUnavailableError within a second.
 */
export async function checkWritable(link: RedisLink, key: string): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(unreachable()), LIMIT);
  });
  try {
    await Promise.race([link.run((client) => client.set(key, '1', 'PX', 1_000)), late]);
  } catch (error) {
    throw unreachable(error);
  } finally {
    clearTimeout(timer);
  }
}
