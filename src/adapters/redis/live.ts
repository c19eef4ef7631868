import type { Clock } from '../../core/clock.ts';
import type { LiveFeed } from '../../core/live.ts';
import { createChannels } from './channels.ts';
import { decodeDoorbell, decodeListDoorbell } from './doorbell.ts';
import { createKeys } from './keys.ts';
import type { Subscriber } from './connect.ts';
import { createListeners } from './listeners.ts';
import { createShardedChannels } from './sharded-channels.ts';

export interface RedisLiveOptions {
  /** What `connectRedis` made for subscribing; the feed closes it. */
  readonly subscriber: Subscriber;
  /** Paces the watchdogs of the connections. */
  readonly clock: Clock;
  /** Hears what a listener threw, and of failures that the next connection repairs. */
  readonly onError: (error: unknown) => void;
  /** What all keys and channels begin with; `as`. */
  readonly prefix?: string | undefined;
}

export function createRedisLive({ subscriber, clock, onError, prefix = 'as' }: RedisLiveOptions): LiveFeed {
  const keys = createKeys(prefix);
  const channels =
    subscriber.kind === 'one'
      ? createChannels({ link: subscriber.link, clock, onError })
      : createShardedChannels({ ...subscriber, clock, onError });
  const listen = createListeners({ channels, decode: decodeDoorbell, onError });
  const listenToList = createListeners({ channels, decode: decodeListDoorbell, onError });
  return {
    listen: (sessionId, ring) => listen(keys.session(sessionId), ring),
    listenToList: (userId, ring) => listenToList(keys.index(userId), ring),
    close: () => channels.close(),
  };
}
