import type { Clock } from '../../core/clock.ts';
import { StoreTimeoutError, StoreUnavailableError } from '../../core/errors.ts';
import type { Channels } from './channels.ts';
import type { ClusterMap } from './cluster-map.ts';
import { refusalOf, replyWords, unreachable } from './errors.ts';
import type { NodeLink } from './node-link.ts';
import { watchConnection } from './watchdog.ts';

export interface ShardedChannelsOptions {
  readonly map: ClusterMap;
  /** Opens a connection for subscribing to a node. */
  readonly connect: (node: string) => NodeLink;
  /** Paces the watchdogs of the connections. */
  readonly clock: Clock;
  /** Hears of failures that are tried again. */
  readonly onError: (error: unknown) => void;
}

interface Channel {
  readonly hear: (message: string | null) => void;
  /** The node whose acknowledgement holds; null: none, the subscription is to be made. */
  node: string | null;
  /** Whether it was acknowledged once, so that it is made again by itself. */
  isOpen: boolean;
}

interface Node {
  readonly link: NodeLink;
  readonly stopWatching: () => void;
}

/** How often a channel is looked for where the last answer said it is. */
const TRIES = 5;
/** Milliseconds until the nodes of a Cluster are asked again where a slot has gone. */
const AGAIN_MS = 50;

/**
 * Channels of a Cluster: each is subscribed to on the one node that has its slot, and no other hears of its messages.
 * When the slot moves, Redis ends the subscription; it is made again on the new node, and what was missed is looked for.
 */
export function createShardedChannels({ map, connect, clock, onError }: ShardedChannelsOptions): Channels {
  const channels = new Map<string, Channel>();
  const nodes = new Map<string, Node>();
  let closed = false;
  let settling = false;
  let unsettled = false;

  const at = (name: string): NodeLink => {
    const present = nodes.get(name);
    if (present !== undefined) return present.link;
    const link = connect(name);
    const { client } = link;
    client.on('smessageBuffer', (channel: Buffer, message: Buffer) => {
      channels.get(channel.toString())?.hear(message.toString());
    });
    // A new connection has no subscriptions, and a lost one may mean that the slots are elsewhere now.
    client.on('close', () => {
      deafen(name);
      void map.refresh();
    });
    // Redis has ended subscriptions, because slots have left the node; the client does not tell which.
    client.on('moved', () => void followSlots(name));
    nodes.set(name, { link, stopWatching: watchConnection([client], clock) });
    return link;
  };

  const deafen = (node: string): void => {
    for (const channel of channels.values()) if (channel.node === node) channel.node = null;
  };

  /** Waits until the map shows what has left the node; then, or when it does not for a while, makes anew what is in doubt. */
  const followSlots = async (node: string): Promise<void> => {
    const hasLeft = (): boolean =>
      [...channels].some(([name, channel]) => channel.node === node && map.ownerOf(name) !== node);
    for (let tries = 0; tries < TRIES && !closed; tries++) {
      await map.refresh();
      if (hasLeft()) break;
      await pause();
    }
    if (!hasLeft()) deafen(node);
    settle();
  };

  /** Subscribes on the node that has the channel. */
  const place = async (name: string, channel: Channel): Promise<void> => {
    for (let tries = 1; ; tries++) {
      const node = map.ownerOf(name);
      try {
        if (node === null) throw unreachable();
        await at(node).send('read', (client) => client.ssubscribe(name));
        channel.node = node;
        return;
      } catch (error) {
        const [word, , elsewhere] =
          replyWords(error instanceof StoreUnavailableError ? error.cause : null) ?? [];
        if (tries === TRIES || !canBeTriedAgain(error)) throw error;
        if (word === 'MOVED' && elsewhere !== undefined) map.learn(name, elsewhere);
        else await Promise.all([map.refresh(), pause()]);
      }
    }
  };

  const placeAgain = async (name: string, channel: Channel): Promise<void> => {
    const before = channel.node;
    channel.node = null;
    if (before !== null) end(before, name);
    await place(name, channel);
    // It was left meanwhile.
    if (channels.get(name) !== channel) end(channel.node, name);
    else channel.hear(null);
  };

  /** Makes all subscriptions that are not where their slots are; what fails is tried at the next look at the map. */
  const settle = (): void => {
    unsettled = true;
    if (settling || closed) return;
    settling = true;
    void (async () => {
      while (unsettled && !closed) {
        unsettled = false;
        const strayed = [...channels].filter(
          ([name, { isOpen, node }]) => isOpen && (node === null || node !== map.ownerOf(name)),
        );
        const outcomes = await Promise.allSettled(
          strayed.map(([name, channel]) => placeAgain(name, channel)),
        );
        const failed = outcomes.find((outcome) => outcome.status === 'rejected');
        if (failed !== undefined && !closed) onError(failed.reason);
      }
      settling = false;
      leaveNodes();
    })();
  };

  const end = (node: string | null, name: string): void => {
    const link = node === null ? undefined : nodes.get(node)?.link;
    // Without a connection there is no subscription. When this fails the connection has gone, and the subscription with it.
    if (link?.isReady() === true) link.client.sunsubscribe(name).catch(() => undefined);
  };

  /** Nodes that have no slots any more. */
  const leaveNodes = (): void => {
    for (const [name, { link, stopWatching }] of nodes) {
      if (map.masters.has(name) || map.masters.size === 0) continue;
      nodes.delete(name);
      deafen(name);
      stopWatching();
      void link.close();
    }
  };

  const stopLooking = map.onLook(settle);

  return {
    async open(name, hear) {
      if (closed) throw unreachable();
      const channel: Channel = { hear, node: null, isOpen: false };
      channels.set(name, channel);
      try {
        await place(name, channel);
      } catch (error) {
        channels.delete(name);
        throw error instanceof StoreUnavailableError ? error : unreachable(error);
      }
      channel.isOpen = true;
      return () => {
        if (closed) return;
        channels.delete(name);
        end(channel.node, name);
      };
    },
    async close() {
      if (closed) return;
      closed = true;
      stopLooking();
      channels.clear();
      await Promise.all(
        [...nodes.values()].map(({ link, stopWatching }) => {
          stopWatching();
          return link.close();
        }),
      );
    },
  };
}

/** Anything but a refusal that the next try would meet too; to subscribe twice is to subscribe once. */
function canBeTriedAgain(error: unknown): boolean {
  if (error instanceof StoreTimeoutError) return true;
  const refusal = refusalOf(error);
  return error instanceof StoreUnavailableError && (refusal === null || PASSING.has(refusal));
}
const PASSING: ReadonlySet<string> = new Set(['MOVED', 'CLUSTERDOWN', 'LOADING', 'MASTERDOWN', 'TRYAGAIN']);

function pause(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, AGAIN_MS);
  });
}
