import type { Clock } from '../../core/clock.ts';
import type { LiveFeed } from '../../core/live.ts';
import { createChannels } from './channels.ts';
import { decodeDoorbell, decodeListDoorbell } from './doorbell.ts';
import { createKeys } from './keys.ts';
import type { RedisLink } from './link.ts';
import { createListeners } from './listeners.ts';

export interface RedisLiveOptions {
  /** The connection for subscribing that `connectRedis` made; the feed closes it. */
  readonly client: RedisLink;
  /** Paces the watchdog of the connection. */
  readonly clock: Clock;
  /** Hears what a listener threw, and of failures that the next connection repairs. */
  readonly onError: (error: unknown) => void;
  /** What all keys and channels begin with; `as`. */
  readonly prefix?: string | undefined;
}

export function createRedisLive({ client: link, clock, onError, prefix = 'as' }: RedisLiveOptions): LiveFeed {
  const keys = createKeys(prefix);
  const channels = createChannels({ link, clock, onError });
  const listen = createListeners({ channels, decode: decodeDoorbell, onError });
  const listenToList = createListeners({ channels, decode: decodeListDoorbell, onError });
  return {
    listen: (sessionId, ring) => listen(keys.session(sessionId), ring),
    listenToList: (userId, ring) => listenToList(keys.index(userId), ring),
    close: () => channels.close(),
  };
}
