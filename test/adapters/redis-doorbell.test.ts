import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { decodeDoorbell } from '../../src/adapters/redis/doorbell.ts';

const MIB = 1024 * 1024;

/** Bytes in use after a collection of garbage. */
function used(): number {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect !== 'function') throw new TypeError('Garbage cannot be collected.');
  collect();
  return process.memoryUsage().heapUsed;
}

it('keeps nothing of what was published alive by the moment to which it leads', () => {
  const before = used();
  const moments = Array.from({ length: 100 }, (_, n) => {
    const piece = JSON.stringify(String(n % 10).repeat(MIB));
    const revision = (place: number): string => `${1_700_000_000_000 + place}-0`;
    const payload = `${revision(n)}.AbCdEfGh\t${revision(n)}\t${revision(n + 1)}\ntext\tdraft\t0\t${piece}`;
    // As bytes, which is how it comes.
    const doorbell = decodeDoorbell(Buffer.from(payload).toString());
    return doorbell === 'look' ? null : doorbell.to;
  });
  expect(used() - before).toBeLessThan(20 * MIB);
  expect(moments[99]).toEqual({ entry: '1700000000099-0.AbCdEfGh', drafts: '1700000000100-0' });
});
