import type { RedisServer } from '../../test/support/redis-server.ts';
import type { Fault } from './fault.ts';
import { repeated } from './repeated.ts';

/** What is done to a Redis that nobody watches over: it comes back by being started again. */
export function loneRedisFaults(redis: RedisServer): Fault[] {
  return [
    {
      name: 'Redis killed',
      outage: true,
      lasts: [100, 1_000],
      async inject() {
        await redis.kill();
        return () => redis.restart();
      },
    },
    {
      name: 'Redis paused',
      outage: true,
      lasts: [500, 3_000],
      async inject() {
        redis.pause();
        return () => redis.resume();
      },
    },
    {
      name: 'Redis busy with a script',
      outage: true,
      lasts: [200, 600],
      async inject() {
        await redis.cli('CONFIG', 'SET', 'busy-reply-threshold', '50');
        const script = redis.cli('EVAL', 'while true do end', '0').catch(() => undefined);
        return async () => {
          const stop = repeated(20, () => redis.cli('SCRIPT', 'KILL'));
          await script;
          await stop();
        };
      },
    },
  ];
}
