import { beforeAll, expect, it } from 'vitest';
import { SESSION_EVENTS } from '../support/follow.ts';
import { MESSAGES, type Subscriptions } from './subscription-under-test.ts';

export function errors(subscriptions: Subscriptions): void {
  const { api } = subscriptions;

  beforeAll(async () => {
    // A key of the wrong type: what Redis says to it is no answer that the store knows.
    await subscriptions.redis.cli('SET', 'as:{broken}', 'x');
  });

  it.each([
    ['sessionEvents', SESSION_EVENTS],
    ['messageAdded', MESSAGES],
  ])('are NOT_FOUND for a session that does not exist and for ids that cannot: %s', async (_field, query) => {
    for (const sessionId of ['nobody', '../x', '']) {
      expect(await subscriptions.refusal(query, { sessionId })).toMatchObject([
        { extensions: { code: 'NOT_FOUND', retryable: false } },
      ]);
    }
  });

  it('are BAD_USER_INPUT for a cursor that is garbage or of another session', async () => {
    const sessionId = await api.create();
    const foreign = await api.say(await api.create(), 'x');
    for (const after of ['garbage', foreign, '']) {
      for (const query of [SESSION_EVENTS, MESSAGES]) {
        expect(await subscriptions.refusal(query, { sessionId, after })).toMatchObject([
          { extensions: { code: 'BAD_USER_INPUT', path: ['after'], retryable: false } },
        ]);
      }
    }
    const page = `{ session(id: "${sessionId}") { items(after: "${foreign}") { nodes { id } } } }`;
    expect(await api.refusal(page)).toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  it('tell which variable is at fault, and not its value', async () => {
    const errors = await subscriptions.refusal(SESSION_EVENTS, { sessionId: { secret: 'hunter2' } });
    expect(errors).toMatchObject([
      { extensions: { code: 'BAD_USER_INPUT', path: ['sessionId'], retryable: false } },
    ]);
    expect(JSON.stringify(errors)).not.toContain('hunter2');
  });

  it.each([
    ['a syntax error', 'subscription {', 'GRAPHQL_PARSE_FAILED'],
    ['a field that does not exist', 'subscription { nope }', 'GRAPHQL_VALIDATION_FAILED'],
    [
      'two root fields',
      'subscription { a: messageAdded(sessionId: "s") { text } b: messageAdded(sessionId: "s") { text } }',
      'GRAPHQL_VALIDATION_FAILED',
    ],
  ])('have a code for %s', async (_what, query, code) => {
    expect(await subscriptions.refusal(query)).toMatchObject([{ extensions: { code, retryable: false } }]);
  });

  it('tell nothing of a fault of the server but that it has one', async () => {
    const errors = await subscriptions.refusal(SESSION_EVENTS, { sessionId: 'broken' });
    expect(errors).toEqual([
      {
        message: expect.any(String),
        path: ['sessionEvents'],
        locations: expect.any(Array),
        extensions: { code: 'INTERNAL_SERVER_ERROR', retryable: false, requestId: expect.any(String) },
      },
    ]);
    expect(JSON.stringify(errors)).not.toMatch(/WRONGTYPE|ReplyError|redis/i);
  });
}
