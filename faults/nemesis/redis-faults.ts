import { setTimeout as sleep } from 'node:timers/promises';
import type { RedisServer } from '../../test/support/redis-server.ts';
import type { Fault } from './fault.ts';
import { repeated } from './repeated.ts';

/** A Redis that faults are done to. */
export type RedisUnderFault = Pick<RedisServer, 'cli' | 'pause' | 'resume'>;

/**
 * What can be done to any Redis that serves.
 * @param serving Those that hold sessions.
 * @param isWatched Whether somebody asks it for signs of life, and replaces it when there are none.
 * @param isNode Whether it is a node of a Cluster: a master there is no replica by anyone's word, and one that is replaced
 *   does not refuse but names another.
 */
export function redisFaults(
  serving: () => Promise<readonly RedisUnderFault[]>,
  isWatched: boolean,
  isNode = false,
): Fault[] {
  const one = async () => (await serving())[0];
  const config = async (name: string, value: string): Promise<() => Promise<void>> => {
    const redis = await one();
    const [, before = ''] = (await redis?.cli('CONFIG', 'GET', name))?.split('\n') ?? [];
    await redis?.cli('CONFIG', 'SET', name, value);
    return async () => void (await redis?.cli('CONFIG', 'SET', name, before));
  };
  const everywhere = async (...command: readonly string[]): Promise<void> => {
    await Promise.all((await serving()).map((redis) => redis.cli(...command)));
  };
  const readOnly: Fault = {
    name: 'Redis read-only',
    outage: true,
    lasts: [300, 1_500],
    async inject() {
      const redis = await one();
      // Of a master that nobody can reach, so that it keeps what it has.
      await redis?.cli('REPLICAOF', '127.0.0.1', '1');
      return async () => {
        const said = await redis?.cli('INFO', 'replication');
        // Whoever watches may have given it another master meanwhile.
        if (said?.includes('master_port:1\r') === true) await redis?.cli('REPLICAOF', 'NO', 'ONE');
      };
    },
  };
  return [
    ...(isNode ? [] : [readOnly]),
    {
      name: 'connections of commands killed',
      lossy: isWatched,
      lasts: [300, 1_000],
      inject: async () => repeated(100, () => everywhere('CLIENT', 'KILL', 'TYPE', 'normal')),
    },
    {
      name: 'connections of subscribers killed',
      lasts: [300, 1_500],
      inject: async () => repeated(100, () => everywhere('CLIENT', 'KILL', 'TYPE', 'pubsub')),
    },
    {
      name: 'clients of Redis paused',
      outage: true,
      lossy: isWatched,
      lasts: [0, 0],
      async inject(random) {
        // It holds for whoever would end it, too.
        const milliseconds = random.between(300, 1_500);
        await everywhere('CLIENT', 'PAUSE', String(milliseconds), 'ALL');
        await sleep(milliseconds);
        return () => {};
      },
    },
    {
      name: 'scripts flushed at 20 Hz',
      lasts: [500, 2_000],
      inject: async () => repeated(50, () => everywhere('SCRIPT', 'FLUSH')),
    },
    { name: 'Redis full', outage: true, lasts: [300, 1_500], inject: () => config('maxmemory', '1mb') },
    {
      name: 'Redis without replicas',
      outage: true,
      lasts: [300, 1_500],
      inject: () => config('min-replicas-to-write', '5'),
    },
  ];
}
