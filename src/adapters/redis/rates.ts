import { StoreTimeoutError } from '../../core/errors.ts';
import type { RateStore } from '../../core/rates.ts';
import { unreachable } from './errors.ts';
import { inTime } from './in-time.ts';
import { createKeys } from './keys.ts';
import type { RedisLink } from './link.ts';
import { listOf } from './reply.ts';

export interface RedisRatesOptions {
  /** The connection for commands, which its owner closes. */
  readonly client: RedisLink;
  /** What all keys begin with; `as`. */
  readonly prefix?: string | undefined;
}

/** Milliseconds that an operation waits to hear whether it may begin. */
const PATIENCE_MS = 250;

/** The rates of all processes that share a Redis. */
export function createRedisRates({ client: link, prefix = 'as' }: RedisRatesOptions): RateStore {
  const keys = createKeys(prefix);
  return {
    async lease(caller, { least, most }, { perSecond, burst }) {
      // The operation waits for a connection by itself, and must not wait twice.
      const key = keys.rate(caller);
      if (!link.isReady(key)) throw unreachable();
      const values = [key, ...[least, most, perSecond, burst].map(String)];
      // What is taken twice, or lost with a master, was only time.
      const lease = link.read(key, (client) => client.leaseRate(...values));
      const [granted, waitMs] = listOf(await inTime(lease, PATIENCE_MS, late));
      return { granted: Number(granted), waitMs: Number(waitMs) };
    },
  };
}

function late(): StoreTimeoutError {
  return new StoreTimeoutError('Redis keeps no rates in time.');
}
