import type { Redis } from 'ioredis';
import type { RedisLink } from './link.ts';

/** Keys that one SCAN looks at: a millisecond of Redis's time. */
const SCAN_COUNT = 1000;

/**
 * The names of all keys on all masters that begin with a text, some at a time; one may come twice, as SCAN has it. What is
 * there from beginning to end, and stays on its node, is among them.
 */
export async function* keysThatBegin(link: RedisLink, text: string): AsyncGenerator<readonly string[]> {
  const pattern = `${text.replaceAll(/[*?[\]\\^]/g, '\\$&')}*`;
  /** Where to go on, by connection; null: the end was reached. */
  const cursors = new Map<Redis, string | null>();
  for (;;) {
    const found = await link.readEverywhere(async (client) => {
      const from = cursors.get(client);
      if (from === null) return { client, next: from, names: [] };
      const [next, names] = await client.scan(from ?? '0', 'MATCH', pattern, 'COUNT', SCAN_COUNT);
      return { client, next: next === '0' ? null : next, names };
    });
    // Only now: when one master did not answer, all are asked again.
    for (const { client, next } of found) cursors.set(client, next);
    const names = found.flatMap((part) => part.names);
    if (names.length > 0) yield names;
    if (found.every(({ next }) => next === null)) return;
  }
}
