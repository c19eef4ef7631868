import { readdir, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RedisServer } from '../../test/support/redis-server.ts';
import type { SmallDisk } from '../../test/support/small-disk.ts';
import type { Fault } from './fault.ts';

/**
 * What happens to the append-only file of a lone Redis, which synchronises it at every write.
 * @param disk Where it is; null where it cannot be made full.
 */
export function diskFaults(redis: RedisServer, disk: SmallDisk | null): Fault[] {
  const synchronise = (how: 'always' | 'everysec'): Promise<string> =>
    redis.cli('CONFIG', 'SET', 'appendfsync', how);
  const full: readonly Fault[] =
    disk === null
      ? []
      : [
          {
            name: 'disk full',
            outage: true,
            lasts: [500, 2_000],
            async inject() {
              // It refuses writes then, and serves on; one that synchronises at every write ends itself.
              await synchronise('everysec');
              await disk.fill();
              return async () => {
                await disk.free();
                await untilWritten(redis);
                await synchronise('always');
              };
            },
          },
          {
            name: 'disk full, and Redis ended by it',
            outage: true,
            lasts: [500, 1_500],
            async inject() {
              await disk.fill();
              return async () => {
                await disk.free();
                await redis.restart();
              };
            },
          },
        ];
  return [
    ...full,
    {
      name: 'end of the file lost',
      lossy: true,
      outage: true,
      lasts: [0, 500],
      async inject(random) {
        await redis.kill();
        await loseEnd(redis, random.between(1, 20_000));
        return async () => {
          await redis.restart();
          await writeAnew(redis);
        };
      },
    },
  ];
}

/** Resolves when Redis has written to its file what it could not; it tries once a second. */
const untilWritten = (redis: RedisServer): Promise<void> => untilSaid(redis, ['aof_last_write_status:ok']);

/**
 * As whoever runs it should, after a start with a file that is torn: where a transaction was torn, Redis 7.0 forgets it
 * and leaves its beginning in the file, so that another start would bring back half of it.
 */
async function writeAnew(redis: RedisServer): Promise<void> {
  await redis.cli('BGREWRITEAOF');
  await untilSaid(redis, [
    'aof_rewrite_scheduled:0',
    'aof_rewrite_in_progress:0',
    'aof_last_bgrewrite_status:ok',
  ]);
}

async function untilSaid(redis: RedisServer, facts: readonly string[]): Promise<void> {
  const end = Date.now() + 10_000;
  for (;;) {
    const said = await redis.cli('INFO', 'persistence');
    if (facts.every((fact) => said.includes(fact))) return;
    if (Date.now() > end)
      throw new Error(`Redis has room for its file, and does not say ${facts.join(', ')}.`);
    await sleep(20);
  }
}

/** Cuts bytes off the newest part of the append-only file, and never more than the last tenth. */
async function loseEnd({ directory }: RedisServer, bytes: number): Promise<void> {
  const parts = join(directory, 'appendonlydir');
  const numberOf = (name: string): number => Number(/\.(\d+)\.incr\.aof$/.exec(name)?.[1] ?? 0);
  const names = (await readdir(parts)).filter((name) => name.endsWith('.incr.aof'));
  const [newest] = names.toSorted((one, other) => numberOf(other) - numberOf(one));
  if (newest === undefined) throw new Error('Redis has no append-only file.');
  const path = join(parts, newest);
  const { size } = await stat(path);
  await truncate(path, size - Math.min(bytes, Math.floor(size / 10)));
}
