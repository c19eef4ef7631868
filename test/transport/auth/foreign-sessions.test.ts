import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { schema } from '../../../src/graphql/schema.ts';
import type { Operation } from '../../graphql/api-under-test.ts';
import { eventually } from '../../support/eventually.ts';
import { follow, TRANSPORTS } from '../../support/follow.ts';
import { httpAnswer, withoutRequestIds } from '../../support/http-answer.ts';
import { startRedis } from '../../support/redis-server.ts';
import { startApp, type RunningApp } from '../../support/running-app.ts';
import { namedIn, Owners, OWNERS_ENV, type Named } from './owners.ts';

const user = (text: string): object => ({ type: 'message', role: 'user', content: text });

/** Every mutation, aimed at something that exists in the session of another. */
const writes: Readonly<Record<Operation, (named: Named) => readonly object[]>> = {
  createSession: ({ sessionId }) => [
    { id: sessionId },
    { id: sessionId, ifExists: 'RETURN' },
    { userId: 'bob' },
  ],
  updateSession: ({ sessionId: id, key }) => [
    { id, title: 'taken' },
    { id, metadata: { secret: null }, idempotencyKey: key },
  ],
  clearSession: ({ sessionId: id, key }) => [{ id }, { id, idempotencyKey: key }],
  deleteSession: ({ sessionId: id, key }) => [{ id }, { id, idempotencyKey: key }],
  popItem: ({ sessionId: id, key }) => [{ id }, { id, idempotencyKey: key }],
  addMessage: ({ sessionId, cursor, key }) => [
    { sessionId, role: 'USER', text: 'x' },
    { sessionId, role: 'USER', text: 'x', ifCursor: cursor },
    { sessionId, role: 'USER', text: 'bob-secret question', idempotencyKey: key },
    { sessionId, role: 'ASSISTANT', text: 'x' },
  ],
  addItems: ({ sessionId, draftId, cursor, key }) => [
    { sessionId, items: [user('x')] },
    { sessionId, items: [user('x')], ifCursor: cursor, idempotencyKey: key },
    { sessionId, items: [user('x')], finishesDraft: draftId },
  ],
  storeExchange: ({ sessionId, key }) => [
    { sessionId, userMessage: 'x', assistantResponse: 'y' },
    { sessionId, userMessage: 'x', assistantResponse: 'y', idempotencyKey: key },
  ],
  trackAgent: ({ sessionId }) => [
    { sessionId, agentName: 'x' },
    { sessionId, agentName: 'x', ifCurrentAgent: 'bob-secret' },
    { sessionId, agentName: 'x', ifCurrentAgent: 'other' },
  ],
  storeAgentResult: ({ sessionId }) => [
    { sessionId, items: [user('x')] },
    { sessionId, items: [user('x')], scope: 'NEW', currentAgent: 'x' },
  ],
  replaceSuffix: ({ sessionId }) => [{ sessionId, expectedSuffix: [], replacement: [user('x')] }],
  forkSession: ({ sessionId: id, cursor, key }) => [
    { id },
    { id, upTo: cursor },
    { id, idempotencyKey: key },
    { id, newId: 'taken' },
  ],
  startMessage: ({ sessionId, key }) => [
    { sessionId, role: 'USER' },
    { sessionId, role: 'USER', idempotencyKey: key },
    { sessionId },
  ],
  appendToMessage: ({ sessionId, draftId }) => [
    { sessionId, draftId, text: 'x', offset: 10 },
    { sessionId, draftId, text: 'bob-secret', offset: 0 },
    { sessionId, draftId, text: 'x', offset: 99 },
    { sessionId, draftId, text: 'x', offset: 0, channel: 'REASONING' },
    { sessionId, draftId: 'none', text: 'x', offset: 0 },
  ],
  finishMessage: ({ sessionId, draftId, key }) => [
    { sessionId, draftId },
    { sessionId, draftId, text: 'x', idempotencyKey: key },
    { sessionId, draftId: 'none' },
  ],
  cancelMessage: ({ sessionId, draftId }) => [
    { sessionId, draftId },
    { sessionId, draftId, keep: false },
    { sessionId, draftId: 'none' },
  ],
};

const inputType = (name: Operation): string =>
  String(schema.getMutationType()?.getFields()[name]?.args[0]?.type);

const PAYLOAD: Readonly<Partial<Record<Operation, string>>> = { deleteSession: 'deletedSessionId deleted' };

/** Every query and subscription, aimed at the same. */
const reads: Readonly<Record<string, (named: Named) => readonly string[]>> = {
  session: ({ sessionId }) => [
    `{ session(id: "${sessionId}") { id userId title cursor messageCount } }`,
    `{ session(id: "${sessionId}") { items { nodes { id } } agentInputs drafts { text } } }`,
  ],
  node: ({ sessionId, itemId }) => [
    `{ node(id: "${sessionId}") { id __typename ... on Session { title } } }`,
    `{ node(id: "${itemId}") { id __typename ... on Item { raw } } }`,
  ],
  sessionEvents: follows('sessionEvents', '__typename cursor'),
  messageAdded: follows('messageAdded', 'text cursor'),
};

function follows(field: string, selection: string) {
  return ({ sessionId, cursor }: Named): readonly string[] =>
    [null, '0', cursor, 'garbage'].map((after) => {
      const place = after === null ? '' : `, after: "${after}"`;
      return `subscription { ${field}(sessionId: "${sessionId}"${place}) { ${selection} } }`;
    });
}

describe.each(['SQLite', 'Redis'])('a session of another, on %s (PROTOCOL 10.5)', (store) => {
  let server: RunningApp;
  let owners: Owners;
  let foreign: Named;
  let absent: Named;
  let before: unknown;
  let close = async (): Promise<void> => undefined;
  beforeAll(async () => {
    let env: Record<string, string> = { ...OWNERS_ENV };
    if (store === 'Redis') {
      const redis = await startRedis();
      close = () => redis.stop();
      env = { ...env, STORE_URL: redis.url };
    }
    server = await startApp(env);
    owners = await Owners.of(server);
    await owners.newSession('ada', 'adas');
    foreign = await owners.newSession('bob', 'bobs');
    absent = namedIn('none', foreign);
    before = await owners.all('bobs');
  });
  afterAll(async () => {
    await server.stop();
    await close();
  });

  /** The answer byte for byte, but for the id of the request, with the name of the absent session in place of the other's. */
  const answer = async (body: object, accept: string): Promise<string> => {
    const answered = await httpAnswer(server.endpoint, {
      method: 'POST',
      headers: { accept, 'content-type': 'application/json', authorization: owners.authorization('ada') },
      body: JSON.stringify(body),
    });
    return `${answered.status} ${withoutRequestIds(answered.body).replaceAll('bobs', 'none')}`;
  };
  const expectSame = async (asked: (named: Named) => object, accept: string): Promise<string> => {
    const told = await answer(asked(foreign), accept);
    expect(told).toBe(await answer(asked(absent), accept));
    expect(told).not.toContain('secret');
    return told;
  };

  it.each(Object.entries(writes))(
    'cannot be told from none, and is not changed: %s',
    async (name, inputs) => {
      const operation = name as Operation;
      const query = `mutation ($input: ${inputType(operation)}) { ${name}(input: $input) { ${PAYLOAD[operation] ?? '__typename'} } }`;
      for (const index of inputs(foreign).keys()) {
        const told = await expectSame(
          (named) => ({ query, variables: { input: inputs(named)[index] } }),
          'application/graphql-response+json',
        );
        if (name === 'deleteSession') {
          expect(told).toBe('200 {"data":{"deleteSession":{"deletedSessionId":"none","deleted":false}}}');
        } else expect(told).toMatch(/"code":"(NOT_FOUND|FORBIDDEN)"/);
      }
      expect(await owners.all('bobs')).toEqual(before);
    },
  );

  it.each(Object.entries(reads))('cannot be told from none: %s', async (_name, queries) => {
    for (const index of queries(foreign).keys()) {
      for (const accept of [
        'application/json',
        'text/event-stream',
        'multipart/mixed;subscriptionSpec=1.0',
      ]) {
        await expectSame((named) => ({ query: queries(named)[index] }), accept);
      }
    }
  });

  it.each(TRANSPORTS)('is not found by who would follow it over %s', async (transport) => {
    for (const query of [
      ...(reads['sessionEvents']?.(foreign) ?? []),
      ...(reads['messageAdded']?.(foreign) ?? []),
    ]) {
      const follower = follow(transport, server.endpoint, query, {}, undefined, owners.authorization('ada'));
      const refused = await follower.done.then(
        () => follower.results[0].errors,
        (reason: unknown) => reason,
      );
      expect(refused).toMatchObject([
        { message: 'There is no such session.', extensions: { code: 'NOT_FOUND' } },
      ]);
      expect(follower.results.some(({ data }) => data?.sessionEvents)).toBe(false);
      await follower.stop();
    }
  });

  it('is in no list of others, and whose lists there are is not told', async () => {
    const ada = owners.as('ada');
    const { sessions } = await ada.ask('{ sessions(first: 100) { nodes { id userId } } }');
    expect(sessions.nodes.every(({ userId }: { userId: string }) => userId === 'ada')).toBe(true);
    const refusals = await Promise.all(
      ['bob', 'nobody'].map((userId) =>
        ada.refusal('query ($userId: ID) { sessions(userId: $userId) { nodes { id } } }', { userId }),
      ),
    );
    expect(refusals[0]).toEqual(refusals[1]);
    expect(refusals[0]).toMatchObject({ code: 'FORBIDDEN', status: 200 });
  });

  it('is in no list that others follow', async () => {
    const authorization = owners.authorization('ada');
    const LIST = `subscription ($userId: ID) { sessionListChanged(userId: $userId) { __typename
      ... on SessionListed { session { id title } } ... on SessionUnlisted { sessionId } } }`;
    const mine = TRANSPORTS.map((transport) =>
      follow(transport, server.endpoint, LIST, {}, undefined, authorization),
    );
    for (const transport of TRANSPORTS) {
      const follower = follow(transport, server.endpoint, LIST, { userId: 'bob' }, undefined, authorization);
      const refused = await follower.done.then(
        () => follower.results[0].errors,
        (reason: unknown) => reason,
      );
      expect(refused).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
      await follower.stop();
    }
    const other = await owners.service.create({ userId: 'bob' });
    await owners.service.say('bobs', 'bob-secret');
    await owners.service.write('deleteSession', { id: other });
    await owners.service.say('adas', 'mine');
    for (const follower of mine) {
      await eventually(() => expect(follower.results).toHaveLength(1));
      expect(follower.results[0].data.sessionListChanged.session.id).toBe('adas');
      await follower.stop();
    }
    before = await owners.all('bobs');
  });

  it('shares no idempotency key with those of others', async () => {
    const ada = owners.as('ada');
    const bob = owners.as('bob');
    const made = { idempotencyKey: 'the same', title: 'x' };
    const [hers, his] = [
      await ada.write('createSession', made, 'session { id userId }'),
      await bob.write('createSession', made, 'session { id userId }'),
    ];
    expect(hers.session.userId).toBe('ada');
    expect(his.session.userId).toBe('bob');
    expect(his.session.id).not.toBe(hers.session.id);
    const fork = { id: 'bobs', idempotencyKey: 'fork' };
    await bob.write('forkSession', fork);
    expect(await ada.refused('forkSession', fork)).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('is covered by these tests, whatever can be asked', () => {
    const fields = (type: { getFields(): object } | null | undefined): string[] =>
      Object.keys(type?.getFields() ?? {});
    expect(new Set(Object.keys(writes))).toEqual(new Set(fields(schema.getMutationType())));
    expect(new Set([...Object.keys(reads), 'sessions', 'sessionListChanged', 'viewer'])).toEqual(
      new Set([...fields(schema.getQueryType()), ...fields(schema.getSubscriptionType())]),
    );
  });
});
