import type { RedisServer } from '../../test/support/redis-server.ts';
import type { Fault } from './fault.ts';

/** Whom the servers are to Redis. */
export interface RedisUser {
  readonly name: string;
  readonly password: string;
}

/** Arguments of a `redis-server` that lets a user do everything. */
export function argumentsFor({ name, password }: RedisUser): readonly string[] {
  return ['--user', name, 'on', `>${password}`, '~*', '&*', '+@all'];
}

/** What operators do to the user of the servers, by mistake; others are let in as before. */
export function accessFaults(redis: RedisServer, { name, password }: RedisUser): Fault[] {
  const set = async (...rules: readonly string[]): Promise<void> =>
    void (await redis.cli('ACL', 'SETUSER', name, ...rules));
  const without = (what: string, rule: string): Fault => ({
    name: `user of Redis without ${what}`,
    // Doorbells do not ring then, and writes go on.
    outage: what !== 'channels',
    lasts: [300, 1_500],
    async inject() {
      await set(rule);
      return () => set('~*', '&*', '+@all');
    },
  });
  return [
    without('scripts', '-@scripting'),
    without('writes', '-@write'),
    without('keys', 'resetkeys'),
    without('channels', 'resetchannels'),
    {
      name: 'password of Redis changed',
      outage: true,
      lasts: [300, 1_500],
      async inject() {
        await set('resetpass', `>not ${password}`);
        await redis.cli('CLIENT', 'KILL', 'USER', name);
        return () => set('resetpass', `>${password}`);
      },
    },
  ];
}
