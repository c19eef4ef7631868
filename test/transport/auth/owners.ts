import { Api } from '../../graphql/api-under-test.ts';
import { cursorOf, itemIdOf, parseCursor } from '../../../src/core/cursor.ts';
import type { RunningApp } from '../../support/running-app.ts';
import { JWT_ENV, token } from './tokens.ts';

const KEY = 'service-key-of-these-tests';
export const OWNERS_ENV = { ...JWT_ENV, AUTH: 'keys,jwt', SERVICE_KEYS: KEY, LIMIT_USER_RATE: '0' } as const;

/** Everything by which something of a session can be named. */
export interface Named {
  readonly sessionId: string;
  readonly itemId: string;
  readonly cursor: string;
  readonly draftId: string;
  /** An idempotency key that was used there. */
  readonly key: string;
}

/** Two users with a session each, both full of what only their owners and services may know. */
export class Owners {
  readonly service: Api;
  readonly server: RunningApp;
  readonly #tokens: Readonly<Record<'ada' | 'bob', string>>;

  private constructor(server: RunningApp, tokens: Readonly<Record<'ada' | 'bob', string>>) {
    this.server = server;
    this.service = new Api(() => server.endpoint, `Bearer ${KEY}`);
    this.#tokens = tokens;
  }

  static async of(server: RunningApp): Promise<Owners> {
    return new Owners(server, {
      ada: `Bearer ${await token({ sub: 'ada' })}`,
      bob: `Bearer ${await token({ sub: 'bob' })}`,
    });
  }

  authorization(user: 'ada' | 'bob'): string {
    return this.#tokens[user];
  }

  as(user: 'ada' | 'bob'): Api {
    return new Api(() => this.server.endpoint, this.authorization(user));
  }

  /** A session of that user, with a question, an answer, a call and a draft of an assistant. */
  async newSession(userId: string, id: string): Promise<Named> {
    const { service } = this;
    const key = `${id}-key`;
    await service.create({ id, userId, title: `${userId}-secret`, metadata: { secret: `${userId}-secret` } });
    await service.say(id, `${userId}-secret question`, { idempotencyKey: key });
    const exchange = {
      sessionId: id,
      userMessage: `${userId}-secret`,
      assistantResponse: `${userId}-secret`,
      agentName: `${userId}-secret`,
    };
    const { items } = await service.write('storeExchange', exchange, 'items { id cursor }');
    const { draft } = await service.write(
      'startMessage',
      { sessionId: id, agent: `${userId}-secret` },
      'draft { id }',
    );
    const written = { sessionId: id, draftId: draft.id, text: `${userId}-secret`, offset: 0 };
    await service.write('appendToMessage', written);
    return { sessionId: id, itemId: items[0].id, cursor: items[0].cursor, draftId: draft.id, key };
  }

  /** What a service sees of a session: all of it. */
  async all(id: string): Promise<unknown> {
    const fields = `userId title metadata currentAgent agentsUsed messageCount itemCount updatedAt expiresAt cursor
      drafts { id text reasoning } items(first: 1000) { nodes { id raw agent } }`;
    return this.service.session(id, fields);
  }
}

/** The same names in a session that does not exist: places of it, which no log holds. */
export function namedIn(sessionId: string, like: Named): Named {
  const entry = parseCursor(like.sessionId, like.cursor, 'cursor');
  return { ...like, sessionId, itemId: itemIdOf(sessionId, entry), cursor: cursorOf(sessionId, entry) };
}
