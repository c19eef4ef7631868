import { StoreTimeoutError } from '../../core/errors.ts';
import type { RateStore } from '../../core/rates.ts';
import { unreachable } from './errors.ts';
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
      if (link.client.status !== 'ready') throw unreachable();
      const values = [keys.rate(caller), ...[least, most, perSecond, burst].map(String)];
      const [granted, waitMs] = listOf(await inTime(link.run((client) => client.leaseRate(...values))));
      return { granted: Number(granted), waitMs: Number(waitMs) };
    },
    async forget(caller) {
      await link.run((client) => client.unlink(keys.rate(caller)));
    },
  };
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new StoreTimeoutError('Redis keeps no rates in time.')), PATIENCE_MS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
