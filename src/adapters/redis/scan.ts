import type { RedisLink } from './link.ts';

/** Keys that one SCAN looks at: a millisecond of Redis's time. */
const SCAN_COUNT = 1000;

/**
 * The names of all keys that begin with a text, some at a time; one may come twice, as SCAN has it. What is there from
 * beginning to end is among them.
 */
export async function* keysThatBegin(link: RedisLink, text: string): AsyncGenerator<readonly string[]> {
  const pattern = `${text.replaceAll(/[*?[\]\\^]/g, '\\$&')}*`;
  let cursor = '0';
  do {
    const from = cursor;
    const [next, found] = await link.read((client) =>
      client.scan(from, 'MATCH', pattern, 'COUNT', SCAN_COUNT),
    );
    if (found.length > 0) yield found;
    cursor = next;
  } while (cursor !== '0');
}
