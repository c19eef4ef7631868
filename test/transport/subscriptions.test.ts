import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { codeOf, dataOf } from '../support/graphql-request.ts';
import { eventsOf, follow, SESSION_EVENTS, type Transport } from '../support/follow.ts';
import { startApp, type RunningApp } from '../support/running-app.ts';
import { until } from '../support/until.ts';

const MESSAGES = `subscription ($sessionId: ID!, $after: String) {
  messageAdded(sessionId: $sessionId, after: $after) { cursor text role }
}`;

describe.each<Transport>(['WebSocket', 'SSE'])('a subscription over %s', (transport) => {
  let server: RunningApp;
  let count = 0;

  beforeAll(async () => {
    server = await startApp();
  });
  afterAll(async () => {
    await server.stop();
  });

  const newSession = async (): Promise<string> => {
    const id = `s${count++}`;
    await dataOf(server.endpoint, `mutation { createSession(input: { id: "${id}" }) { session { id } } }`);
    return id;
  };
  const say = async (sessionId: string, text: string, role = 'USER'): Promise<string> => {
    const { addMessage } = await dataOf(
      server.endpoint,
      `mutation ($input: AddMessageInput!) { addMessage(input: $input) { message { cursor } } }`,
      { input: { sessionId, text, role } },
    );
    return addMessage.message.cursor;
  };
  const types = (follower: { results: any[] }): string[] =>
    eventsOf(follower).map((event) => event.__typename);
  const texts = (follower: { results: any[] }): string[] =>
    follower.results.map(({ data }) => data.messageAdded.text);

  it('begins from now on when no place is given', async () => {
    const sessionId = await newSession();
    await say(sessionId, 'before');
    const follower = follow(transport, server.endpoint, SESSION_EVENTS, { sessionId });
    await until('caught up', () => types(follower).includes('CaughtUp'));
    await say(sessionId, 'after');
    await until('the message', () => types(follower).includes('ItemAdded'));
    expect(types(follower)).toEqual(['CaughtUp', 'ItemAdded']);
    expect(eventsOf(follower)[1].item.text).toBe('after');
    await follower.stop();
  });

  it('replays from the beginning, says that it has caught up at the end of the log, and goes on live', async () => {
    const sessionId = await newSession();
    const first = await say(sessionId, 'one');
    const follower = follow(transport, server.endpoint, SESSION_EVENTS, { sessionId, after: '0' });
    await until('caught up', () => types(follower).includes('CaughtUp'));
    const second = await say(sessionId, 'two');
    await until('both', () => follower.results.length === 3);
    expect(eventsOf(follower).map(({ cursor }) => cursor)).toEqual([first, first, second]);
    expect(types(follower)).toEqual(['ItemAdded', 'CaughtUp', 'ItemAdded']);
    await follower.stop();
  });

  it('goes on after the cursor of a page, of a message, and of the session', async () => {
    const sessionId = await newSession();
    await say(sessionId, 'one');
    const { session } = await dataOf(
      server.endpoint,
      `{ session(id: "${sessionId}") { cursor messages { nodes { cursor } pageInfo { endCursor } } } }`,
    );
    const cursors: string[] = [
      session.cursor,
      session.messages.nodes[0].cursor,
      session.messages.pageInfo.endCursor,
    ];
    await say(sessionId, 'two');
    for (const after of cursors) {
      const follower = follow(transport, server.endpoint, MESSAGES, { sessionId, after });
      await until('the message', () => follower.results.length > 0);
      expect(texts(follower)).toEqual(['two']);
      await follower.stop();
    }
  });

  it('tells of every kind of change, in order, and completes when the session is deleted', async () => {
    const sessionId = await newSession();
    const follower = follow(transport, server.endpoint, SESSION_EVENTS, { sessionId });
    await until('caught up', () => types(follower).includes('CaughtUp'));
    await dataOf(
      server.endpoint,
      `mutation {
        a: storeExchange(input: { sessionId: "${sessionId}", userMessage: "q", assistantResponse: "a", agentName: "x" }) { session { id } }
        b: popItem(input: { id: "${sessionId}" }) { item { id } }
        c: updateSession(input: { id: "${sessionId}", title: "new" }) { session { id } }
        d: trackAgent(input: { sessionId: "${sessionId}", agentName: "y" }) { session { id } }
        e: clearSession(input: { id: "${sessionId}" }) { session { id } }
        f: deleteSession(input: { id: "${sessionId}" }) { deleted }
      }`,
    );
    await follower.done;
    const events = eventsOf(follower);
    // What happened just before the deletion may be gone with the log before it was read.
    expect(events.at(-1)).toMatchObject({ __typename: 'SessionDeleted', cursor: null });
    const expected = [
      'CaughtUp',
      'ItemAdded',
      'ItemAdded',
      'ItemAdded',
      'ItemRemoved',
      'SessionUpdated',
      'ItemAdded',
      'SessionCleared',
    ];
    expect(expected.slice(0, events.length - 1)).toEqual(
      events.slice(0, -1).map((event) => event.__typename),
    );
  });

  it('begins with SessionCleared when a cleared session is followed from the beginning', async () => {
    const sessionId = await newSession();
    const before = await say(sessionId, 'gone');
    await dataOf(
      server.endpoint,
      `mutation { clearSession(input: { id: "${sessionId}" }) { session { id } } }`,
    );
    await say(sessionId, 'kept');
    for (const after of ['0', before]) {
      const follower = follow(transport, server.endpoint, SESSION_EVENTS, { sessionId, after });
      await until('caught up', () => types(follower).includes('CaughtUp'));
      expect(types(follower)).toEqual(['SessionCleared', 'ItemAdded', 'CaughtUp']);
      await follower.stop();
    }
  });

  it('goes on after an item that has been popped since', async () => {
    const sessionId = await newSession();
    const popped = await say(sessionId, 'oops');
    await dataOf(server.endpoint, `mutation { popItem(input: { id: "${sessionId}" }) { item { id } } }`);
    await say(sessionId, 'better');
    const follower = follow(transport, server.endpoint, SESSION_EVENTS, { sessionId, after: popped });
    await until('caught up', () => types(follower).includes('CaughtUp'));
    expect(types(follower)).toEqual(['ItemRemoved', 'ItemAdded', 'CaughtUp']);
    await follower.stop();
  });

  it('says ResyncRequired for the cursor of an earlier session of the same id, and goes on from the end', async () => {
    const sessionId = await newSession();
    const after = await say(sessionId, 'old');
    await dataOf(server.endpoint, `mutation { deleteSession(input: { id: "${sessionId}" }) { deleted } }`);
    await dataOf(
      server.endpoint,
      `mutation { createSession(input: { id: "${sessionId}" }) { session { id } } }`,
    );
    const follower = follow(transport, server.endpoint, SESSION_EVENTS, { sessionId, after });
    await until('caught up', () => types(follower).includes('CaughtUp'));
    await say(sessionId, 'new');
    await until('the message', () => types(follower).includes('ItemAdded'));
    expect(types(follower)).toEqual(['ResyncRequired', 'CaughtUp', 'ItemAdded']);
    expect(eventsOf(follower)[0].reason).toBe('EXPIRED');
    await follower.stop();
  });

  it('ends messageAdded with CURSOR_EXPIRED where sessionEvents would say ResyncRequired', async () => {
    const sessionId = await newSession();
    const after = await say(sessionId, 'old');
    await dataOf(server.endpoint, `mutation { deleteSession(input: { id: "${sessionId}" }) { deleted } }`);
    await dataOf(
      server.endpoint,
      `mutation { createSession(input: { id: "${sessionId}" }) { session { id } } }`,
    );
    const follower = follow(transport, server.endpoint, MESSAGES, { sessionId, after });
    await follower.done;
    expect(follower.results.at(-1).errors[0].extensions).toMatchObject({
      code: 'CURSOR_EXPIRED',
      retryable: false,
    });
  });

  it('hands on messages of users and assistants only', async () => {
    const sessionId = await newSession();
    const follower = follow(transport, server.endpoint, MESSAGES, { sessionId, after: '0' });
    await say(sessionId, 'instructions', 'SYSTEM');
    await say(sessionId, 'question');
    await say(sessionId, 'answer', 'ASSISTANT');
    await until('two messages', () => follower.results.length === 2);
    expect(texts(follower)).toEqual(['question', 'answer']);
    await follower.stop();
  });

  it('gives one code for a session that does not exist and for ids that cannot', async () => {
    for (const sessionId of ['nobody', '../x', '']) {
      const follower = follow(transport, server.endpoint, SESSION_EVENTS, { sessionId });
      const error = await follower.done.then(
        () => follower.results[0].errors,
        (reason: unknown) => reason,
      );
      expect(error).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);
    }
  });

  it('refuses a cursor that is garbage or of another session', async () => {
    const sessionId = await newSession();
    const other = await newSession();
    const foreign = await say(other, 'x');
    for (const after of ['garbage', foreign, '']) {
      const follower = follow(transport, server.endpoint, SESSION_EVENTS, { sessionId, after });
      const error = await follower.done.then(
        () => follower.results[0].errors,
        (reason: unknown) => reason,
      );
      expect(error).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', path: ['after'] } }]);
    }
    expect(
      await codeOf(
        server.endpoint,
        `{ session(id: "${sessionId}") { items(after: "${foreign}") { nodes { id } } } }`,
      ),
    ).toBe('BAD_USER_INPUT');
  });
});
