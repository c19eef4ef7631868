import type { Redis } from 'ioredis';
import { StoreTimeoutError } from '../../core/errors.ts';
import type { NodeLink } from './node-link.ts';

/** What a subscription came to: nothing when it was acknowledged, else why not. */
type SubscribeFailure = { readonly cause: unknown };

export interface QuietSubscriber {
  /** For graphql-redis-subscriptions: a client whose subscribing and unsubscribing never reject. */
  readonly client: Redis;
  /** Why the last SUBSCRIBE of a channel failed; asking forgets it. */
  takeFailure(channel: string): SubscribeFailure | null;
}

/**
 * The library leaves two promises unhandled that end the process when they reject: one of its own when SUBSCRIBE is
 * refused, and that of each UNSUBSCRIBE. So it is told that all went well, and who subscribed asks here.
 */
export function quietSubscriber(link: NodeLink): QuietSubscriber {
  const failures = new Map<string, SubscribeFailure>();
  const { client } = link;

  const subscribe = async (channel: string, done: (error: null) => void): Promise<void> => {
    const send = (): Promise<unknown> => link.send('read', () => client.subscribe(channel));
    try {
      // To subscribe twice is to subscribe once, so a lost reply is no reason to give up.
      await send().catch((error: unknown) => {
        if (error instanceof StoreTimeoutError) return send();
        throw error;
      });
    } catch (cause) {
      failures.set(channel, { cause });
    }
    done(null);
  };

  const unsubscribe = async (channel: string): Promise<void> => {
    // Without a connection there is no subscription, and the next connection begins with none.
    if (client.status !== 'ready') return;
    // When this fails the connection has gone, and the subscription with it.
    await client.unsubscribe(channel).catch(() => undefined);
  };

  const replaced: Readonly<Record<string, unknown>> = {
    subscribe,
    unsubscribe,
    // The library sends one with each UNSUBSCRIBE, though no pattern is ever subscribed.
    punsubscribe: () => Promise.resolve(),
  };
  return {
    client: new Proxy(client, {
      get(target, name) {
        if (typeof name === 'string' && name in replaced) return replaced[name];
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        const bound: unknown = value.bind(target);
        return bound;
      },
    }),
    takeFailure(channel) {
      const failure = failures.get(channel) ?? null;
      failures.delete(channel);
      return failure;
    },
  };
}
