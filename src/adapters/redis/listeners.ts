import type { Channels } from './channels.ts';

export interface ListenersOptions<Message> {
  readonly channels: Channels;
  /** Reads what is published on these channels. */
  readonly decode: (payload: string) => Message;
  /** Hears what a listener threw, and of messages that could not be read. */
  readonly onError: (error: unknown) => void;
}

/** Resolves, as `LiveFeed` does, when the channel is listened to; the result ends that. */
export type Listen<Message> = (
  channel: string,
  ring: (message: Message | 'look') => void,
) => Promise<() => Promise<void>>;

/** Those who listen to one channel: they share its subscription. */
interface Listened<Message> {
  readonly rings: Set<{ readonly ring: (message: Message | 'look') => void }>;
  /** Ends the subscription; rejects when it was refused. */
  readonly leave: Promise<() => void>;
}

/** Listening to channels of one kind. */
export function createListeners<Message>(options: ListenersOptions<Message>): Listen<Message> {
  const { channels, decode, onError } = options;
  const listened = new Map<string, Listened<Message>>();

  const decoded = (payload: string): Message | 'look' => {
    try {
      return decode(payload);
    } catch (error) {
      // A server of another version wrote it: the store says what happened.
      onError(error);
      return 'look';
    }
  };

  const open = (name: string): Listened<Message> => {
    const rings: Listened<Message>['rings'] = new Set();
    const hear = (payload: string | null): void => {
      const message = payload === null ? 'look' : decoded(payload);
      // A copy, because a listener may end its own or another's subscription.
      for (const { ring } of Array.from(rings)) {
        try {
          ring(message);
        } catch (error) {
          onError(error);
        }
      }
    };
    const opened = { rings, leave: channels.open(name, hear) };
    listened.set(name, opened);
    return opened;
  };

  return async (name, ring) => {
    const channel = listened.get(name) ?? open(name);
    const forget = (): void => {
      if (listened.get(name) === channel) listened.delete(name);
    };
    const listener = { ring };
    channel.rings.add(listener);
    const leave = await channel.leave.catch((error: unknown) => {
      forget();
      throw error;
    });
    let ended = false;
    return async () => {
      if (ended) return;
      ended = true;
      channel.rings.delete(listener);
      if (channel.rings.size > 0) return;
      forget();
      leave();
    };
  };
}
