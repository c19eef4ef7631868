import { setTimeout as sleep } from 'node:timers/promises';
import type { RedisServer } from '../../test/support/redis-server.ts';
import type { Fault } from './fault.ts';
import type { Random } from './random.ts';

/** Redis with replicas, and something that makes one of them the master when it is gone. */
export interface FailingOver {
  /** A master that holds sessions, and its replicas. */
  shard(random: Random): Promise<{ readonly master: RedisServer; readonly replicas: readonly RedisServer[] }>;
  /** Whether it has been replaced as a master. */
  isReplaced(master: RedisServer): Promise<boolean>;
  /** Starts a node that was killed and replaced: it follows whoever is master now. */
  rejoin(node: RedisServer): Promise<void>;
  /** Resolves when every master has its replicas again, or it takes too long. */
  recovered(): Promise<void>;
}

/** What takes a master away. Until another serves nobody can write, and that time counts. */
export function failoverFaults(redis: FailingOver): Fault[] {
  const replaced = async (master: RedisServer): Promise<void> => {
    // One that came back before, without what it had, would have its replicas forget it, too.
    const end = Date.now() + 40_000;
    while (!(await redis.isReplaced(master).catch(() => false))) {
      if (Date.now() > end) throw new Error('No replica has taken the place of the master that was killed.');
      await sleep(50);
    }
  };
  return [
    {
      name: 'master killed',
      lossy: true,
      lasts: [0, 1_000],
      async inject(random) {
        const { master } = await redis.shard(random);
        await master.kill();
        await replaced(master);
        return async () => {
          await redis.rejoin(master);
          await redis.recovered();
        };
      },
    },
    {
      name: 'master paused',
      lossy: true,
      lasts: [500, 3_500],
      async inject(random) {
        const { master } = await redis.shard(random);
        master.pause();
        return async () => {
          master.resume();
          await redis.recovered();
        };
      },
    },
    {
      name: 'replicas paused, then the master killed',
      lossy: true,
      // Without a replica that could take over nobody can write.
      outage: true,
      lasts: [0, 500],
      async inject(random) {
        const { master, replicas } = await redis.shard(random);
        for (const replica of replicas) replica.pause();
        await sleep(400);
        await master.kill();
        for (const replica of replicas) replica.resume();
        await replaced(master);
        return async () => {
          await redis.rejoin(master);
          await redis.recovered();
        };
      },
    },
  ];
}
