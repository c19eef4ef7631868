import { RedisPubSub } from 'graphql-redis-subscriptions';
import type { Clock } from '../../core/clock.ts';
import { StoreUnavailableError } from '../../core/errors.ts';
import { replyCode, unreachable } from './errors.ts';
import type { NodeLink } from './node-link.ts';
import { quietSubscriber } from './subscriber.ts';
import { watchConnection } from './watchdog.ts';

export interface ChannelsOptions {
  /** The connection for subscribing; closed with the channels. */
  readonly link: NodeLink;
  /** Paces the watchdog of the connection. */
  readonly clock: Clock;
  /** Hears of failures that the next connection repairs. */
  readonly onError: (error: unknown) => void;
}

/** The channels of Redis that a process is subscribed to, over all the connections that it loses. */
export interface Channels {
  /**
   * Resolves when the subscription is acknowledged. `hear` gets each message, and null when some may have been lost.
   * A channel is not opened again before it was left; the returned function does that.
   * @throws StoreUnavailableError when the subscription is refused.
   */
  open(name: string, hear: (message: string | null) => void): Promise<() => void>;
  close(): Promise<void>;
}

interface Channel {
  readonly hear: (message: string | null) => void;
  /** Whether the subscription has been acknowledged, so that a new connection must make it again. */
  acknowledged: boolean;
}

/** How many channels one SUBSCRIBE of a new connection names. */
const CHUNK = 500;

export function createChannels({ link, clock, onError }: ChannelsOptions): Channels {
  const subscriber = quietSubscriber(link);
  const pubsub = new RedisPubSub({
    publisher: subscriber.client,
    subscriber: subscriber.client,
    // As bytes a message passes the library untouched; as text it would be tried as JSON.
    messageEventName: 'messageBuffer',
  });
  const channels = new Map<string, Channel>();
  let closed = false;

  /** Gives the library's number for the subscription. */
  const subscribe = async (name: string, { hear }: Channel): Promise<number> => {
    const id = await pubsub.subscribe(name, (message: unknown) => hear(String(message)));
    const failure = subscriber.takeFailure(name);
    if (failure === null) return id;
    pubsub.unsubscribe(id);
    const { cause } = failure;
    throw cause instanceof StoreUnavailableError ? cause : unreachable(cause);
  };

  /** A new connection has no subscriptions: they are made again, and what was missed meanwhile is looked for. */
  const subscribeAgain = async (): Promise<void> => {
    const names = [...channels].flatMap(([name, { acknowledged }]) => (acknowledged ? name : []));
    for (let i = 0; i < names.length; i += CHUNK) {
      // What was left while earlier ones were awaited; what is left from here on sends its UNSUBSCRIBE behind this.
      const chunk = names.slice(i, i + CHUNK).filter((name) => channels.has(name));
      if (chunk.length > 0) await link.client.subscribe(...chunk);
      for (const name of chunk) channels.get(name)?.hear(null);
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
  const stopWatching = watchConnection([link.client], clock);

  return {
    async open(name, hear) {
      if (closed) throw unreachable();
      const channel: Channel = { hear, acknowledged: false };
      channels.set(name, channel);
      try {
        const id = await subscribe(name, channel);
        channel.acknowledged = true;
        return () => {
          if (closed) return;
          channels.delete(name);
          // UNSUBSCRIBE is on its way before anyone can subscribe again, so it never ends a later subscription.
          pubsub.unsubscribe(id);
        };
      } catch (error) {
        channels.delete(name);
        throw error;
      }
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
