import type { Api } from '../graphql/api-under-test.ts';
import { eventually } from '../support/eventually.ts';
import { eventsOf, follow, SESSION_EVENTS, type Follower, type Transport } from '../support/follow.ts';
import type { Variables } from '../support/graphql-request.ts';
import type { RedisServer } from '../support/redis-server.ts';

export const MESSAGES = `subscription ($sessionId: ID!, $after: String) {
  messageAdded(sessionId: $sessionId, after: $after) { cursor text role }
}`;

/** Subscriptions over one transport, as a client of it sees them, and what their tests do all the time. */
export class Subscriptions {
  readonly transport: Transport;
  readonly api: Api;
  readonly #redis: () => RedisServer;

  constructor(transport: Transport, api: Api, redis: () => RedisServer) {
    this.transport = transport;
    this.api = api;
    this.#redis = redis;
  }

  get redis(): RedisServer {
    return this.#redis();
  }

  follow(query: string, variables: Variables = {}, transport = this.transport): Follower {
    return follow(transport, this.api.endpoint, query, variables);
  }

  /** Follows the events of a session; resolves when the replay is over. */
  async followEvents(
    sessionId: string,
    after: string | null = null,
    transport = this.transport,
  ): Promise<Follower> {
    const follower = this.follow(SESSION_EVENTS, { sessionId, after }, transport);
    await eventually(() => {
      if (!typesOf(follower).includes('CaughtUp')) throw new Error('it has not caught up');
    });
    return follower;
  }

  /** The errors of a subscription that must not begin. */
  async refusal(query: string, variables: Variables = {}): Promise<unknown> {
    const follower = this.follow(query, variables);
    return follower.done.then(
      () => {
        if (follower.results.length !== 1) throw new Error(JSON.stringify(follower.results));
        return follower.results[0].errors;
      },
      (reason: unknown) => reason,
    );
  }

  /** How many servers listen to a session. */
  async listeners(sessionId: string): Promise<number> {
    const answer = await this.redis.cli('PUBSUB', 'NUMSUB', `as:{${sessionId}}`);
    return Number(answer.split('\n')[1]);
  }
}

export function typesOf(follower: Pick<Follower, 'results'>): string[] {
  return eventsOf(follower).map(({ __typename }) => __typename);
}

/** The texts of the messages in the events so far. */
export function textsOf(follower: Pick<Follower, 'results'>): string[] {
  return eventsOf(follower).flatMap(({ item }) => (item ? [item.text] : []));
}
