import {
  advance,
  beginFollowing,
  type FollowingInput,
  type FollowingStep,
} from '../../src/client/following.ts';
import { AgentSessionsError, type SessionEvent } from '../../src/client/index.ts';
import { ProtocolServer, type Subscription } from './protocol-server.ts';
import type { Happening, World } from './session-histories.ts';

export const CUT = new AgentSessionsError('NETWORK_ERROR', 'cut', { retryable: true });
export const BROKE: FollowingInput = { kind: 'broke', error: CUT, renewable: false };

/** A reader of a server that a test tells what happens. */
class Reader implements World {
  readonly server: ProtocolServer;
  readonly events: SessionEvent[] = [];
  #step: FollowingStep;
  #subscription: Subscription | null = null;

  constructor(server: ProtocolServer, after: string | null) {
    this.server = server;
    this.#step = beginFollowing({ sessionId: 's', after, drafts: [], retries: Infinity });
    if (this.#step.action.do === 'place') this.#advance({ kind: 'placed', cursor: server.end });
  }

  deliver(count: number): void {
    for (let given = 0; given < count;) {
      const { action, state } = this.#step;
      switch (action.do) {
        case 'connect':
          this.#subscription = this.server.subscribe(action.after);
          this.#advance({ kind: 'opened' });
          break;
        case 'wait':
          this.#advance({ kind: 'waited' });
          break;
        case 'receive': {
          const event = this.#subscription?.next() ?? null;
          if (event === null) return;
          given++;
          this.#advance({ kind: 'received', event });
          break;
        }
        default:
          throw new Error(`There is no cause to ${action.do}: ${JSON.stringify(state)}`);
      }
    }
  }

  cut(): void {
    this.#subscription?.cut();
    if (this.#step.action.do === 'receive') this.#advance(BROKE);
  }

  #advance(input: FollowingInput): void {
    this.#step = advance(this.#step.state, input);
    this.events.push(...this.#step.events);
  }
}

/** A session with a past, and a reader of what happens to it; in the end everything arrives. */
export function followed(past: readonly Happening[], happenings: readonly Happening[], start: '0' | 'now') {
  const server = new ProtocolServer();
  for (const happening of past) happening({ server, deliver: () => undefined, cut: () => undefined });
  const from = start === '0' ? 0 : Number(server.end);
  const reader = new Reader(server, start === '0' ? '0' : null);
  for (const happening of happenings) happening(reader);
  reader.deliver(Infinity);
  return { events: reader.events, server, from };
}
