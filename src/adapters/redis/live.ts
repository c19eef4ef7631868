import { RedisPubSub } from 'graphql-redis-subscriptions';
import type { Clock } from '../../core/clock.ts';
import type { Doorbell, LiveFeed } from '../../core/live.ts';
import { StoreUnavailableError } from '../../core/errors.ts';
import { decodeDoorbell } from './doorbell.ts';
import { replyCode, unreachable } from './errors.ts';
import { createKeys } from './keys.ts';
import type { RedisLink } from './link.ts';
import { quietSubscriber } from './subscriber.ts';
import { watchConnection } from './watchdog.ts';

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

/** One per session that is listened to: the library holds one subscription for it, this holds who hears it. */
interface Channel {
  readonly rings: Set<{ readonly ring: (doorbell: Doorbell) => void }>;
  /** The library's number for the subscription; rejects when it was refused. */
  readonly subscribed: Promise<number>;
  /** Whether it has been acknowledged, so that a new connection must make it again. */
  acknowledged: boolean;
}

/** How many channels one SUBSCRIBE of a new connection names. */
const CHUNK = 500;

export function createRedisLive({ client: link, clock, onError, prefix = 'as' }: RedisLiveOptions): LiveFeed {
  const keys = createKeys(prefix);
  const subscriber = quietSubscriber(link);
  const pubsub = new RedisPubSub({
    publisher: subscriber.client,
    subscriber: subscriber.client,
    // As bytes a message passes the library untouched; as text it would be tried as JSON.
    messageEventName: 'messageBuffer',
  });
  const channels = new Map<string, Channel>();
  let closed = false;

  const ringAll = (name: string, doorbell: Doorbell): void => {
    // A copy, because a listener may end its own or another's subscription.
    const rings = Array.from(channels.get(name)?.rings ?? []);
    for (const { ring } of rings) {
      try {
        ring(doorbell);
      } catch (error) {
        onError(error);
      }
    }
  };

  const hear = (name: string, message: unknown): void => {
    let doorbell: Doorbell = 'look';
    try {
      doorbell = decodeDoorbell(String(message));
    } catch (error) {
      // A server of another version wrote it: the log says what happened.
      onError(error);
    }
    ringAll(name, doorbell);
  };

  const subscribe = async (name: string): Promise<number> => {
    const id = await pubsub.subscribe(name, (message: unknown) => hear(name, message));
    const failure = subscriber.takeFailure(name);
    if (failure === null) return id;
    pubsub.unsubscribe(id);
    const { cause } = failure;
    throw cause instanceof StoreUnavailableError ? cause : unreachable(cause);
  };

  const open = (name: string): Channel => {
    const subscribed = subscribe(name).then((id) => {
      channel.acknowledged = true;
      return id;
    });
    const channel: Channel = { rings: new Set(), subscribed, acknowledged: false };
    channels.set(name, channel);
    return channel;
  };

  const forget = (name: string, channel: Channel): void => {
    if (channels.get(name) === channel) channels.delete(name);
  };

  /** A new connection has no subscriptions: the feed makes them again, and what was missed meanwhile is looked for. */
  const subscribeAgain = async (): Promise<void> => {
    const names = [...channels].flatMap(([name, { acknowledged }]) => (acknowledged ? name : []));
    for (let i = 0; i < names.length; i += CHUNK) {
      // What was left while earlier ones were awaited; what is left from here on sends its UNSUBSCRIBE behind this.
      const chunk = names.slice(i, i + CHUNK).filter((name) => channels.has(name));
      if (chunk.length > 0) await link.client.subscribe(...chunk);
      for (const name of chunk) ringAll(name, 'look');
    }
  };

  const onReady = (): void => {
    subscribeAgain().catch((error: unknown) => {
      onError(error);
      // A new connection tries again, unless Redis has refused: that it would do again at once.
      if (replyCode(error) === null && link.client.status === 'ready') link.client.disconnect(true);
    });
  };
  link.client.on('ready', onReady);
  const stopWatching = watchConnection(link, clock);

  return {
    async listen(sessionId, ring) {
      if (closed) throw unreachable();
      const name = keys.session(sessionId);
      const channel = channels.get(name) ?? open(name);
      const listener = { ring };
      channel.rings.add(listener);
      const id = await channel.subscribed.catch((error: unknown) => {
        forget(name, channel);
        throw error;
      });
      let ended = false;
      return async () => {
        if (ended) return;
        ended = true;
        channel.rings.delete(listener);
        if (channel.rings.size > 0 || closed) return;
        // UNSUBSCRIBE is on its way before anyone can subscribe again, so it never ends a later subscription.
        forget(name, channel);
        pubsub.unsubscribe(id);
      };
    },
    async close() {
      if (closed) return;
      closed = true;
      stopWatching();
      link.client.off('ready', onReady);
      channels.clear();
      await link.close();
    },
  };
}
