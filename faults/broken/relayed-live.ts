import { Redis } from 'ioredis';
import { connectRedis } from '../../src/adapters/redis/connect.ts';
import { decodeDoorbell } from '../../src/adapters/redis/doorbell.ts';
import { createKeys } from '../../src/adapters/redis/keys.ts';
import { createRedisLive } from '../../src/adapters/redis/live.ts';
import type { Storage } from '../../src/app/storage.ts';
import { systemClock } from '../../src/app/system-clock.ts';
import { parseConfig } from '../../src/config.ts';
import type { Doorbell, LiveFeed } from '../../src/core/live.ts';

const onError = (): void => undefined;

/** The product's live feed, over a connection of its own. */
export function overRelay(url: string): (own: Storage) => Storage {
  return (own) => {
    const { store } = parseConfig({ STORE_URL: url });
    if (store.kind !== 'redis') throw new RangeError('Only a Redis can be relayed.');
    const address = { ...store.address, sentinelUsername: undefined, sentinelPassword: undefined };
    const { commands, subscriber } = connectRedis({ address, clock: systemClock, onError });
    const live = createRedisLive({ subscriber, clock: systemClock, onError });
    return closingBoth(own, {
      ...live,
      async close() {
        await commands.close();
        await live.close();
      },
    });
  };
}

/** A live feed that has everybody look again as soon as its connection says `ready`; `onLook` hears when it did. */
export function lookingAtReady(own: Storage, url: string, onLook: () => void): Storage {
  const keys = createKeys('as');
  const client = new Redis(url, { retryStrategy: () => 20, disconnectTimeout: 100 });
  client.on('error', onError);
  const rings = new Map<string, Set<(bell: Doorbell) => void>>();
  client.on('message', (channel: string, message: string) => {
    for (const ring of rings.get(channel) ?? []) ring(decodeDoorbell(message));
  });
  client.on('ready', () => {
    for (const all of rings.values()) for (const ring of all) ring('look');
    if (rings.size > 0) onLook();
  });
  return closingBoth(own, {
    ...own.live,
    async listen(sessionId, ring) {
      const channel = keys.session(sessionId);
      const present = rings.get(channel) ?? new Set();
      rings.set(channel, present.add(ring));
      await client.subscribe(channel);
      return async () => void present.delete(ring);
    },
    close: async () => void (await client.quit()),
  });
}

function closingBoth(own: Storage, live: LiveFeed): Storage {
  return {
    ...own,
    live: {
      ...live,
      async close() {
        await live.close();
        await own.live.close();
      },
    },
  };
}
