import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Api, Operation } from '../../graphql/api-under-test.ts';
import { eventually } from '../../support/eventually.ts';
import { eventsOf, follow, SESSION_EVENTS, TRANSPORTS } from '../../support/follow.ts';
import { startApp, type RunningApp } from '../../support/running-app.ts';
import { Owners, OWNERS_ENV, type Named } from './owners.ts';

let server: RunningApp;
let owners: Owners;
let ada: Api;
let mine: Named;
let count = 0;
beforeAll(async () => {
  server = await startApp(OWNERS_ENV);
  owners = await Owners.of(server);
  ada = owners.as('ada');
});
beforeEach(async () => {
  mine = await owners.newSession('ada', `ada-${++count}`);
});
afterAll(async () => {
  await server.stop();
});

const message = (role: string, content: unknown = 'x'): object => ({ type: 'message', role, content });
/** A draft of the user's own, with a text. */
const newDraft = async (): Promise<string> => {
  const { draft } = await ada.write(
    'startMessage',
    { sessionId: mine.sessionId, role: 'USER' },
    'draft { id }',
  );
  const written = { sessionId: mine.sessionId, draftId: draft.id, text: 'mine', offset: 0 };
  await ada.write('appendToMessage', written);
  return draft.id;
};

describe('a user', () => {
  it('is told who the server takes it for', async () => {
    expect(await ada.ask('{ viewer { kind userId } }')).toEqual({ viewer: { kind: 'USER', userId: 'ada' } });
  });

  it('makes, renames, forks, clears and deletes sessions of its own', async () => {
    const made = await ada.write('createSession', { title: 'mine' }, 'session { id userId }');
    expect(made.session).toEqual({ id: expect.stringMatching(/^[0-9a-f]{16}$/), userId: 'ada' });
    const { id } = made.session;
    await ada.write('createSession', { userId: 'ada' });
    await ada.write('updateSession', { id, title: 'still mine', metadata: { a: 1 }, expiresAfter: 60 });
    const { session: fork } = await ada.write(
      'forkSession',
      { id: mine.sessionId },
      'session { id userId itemCount }',
    );
    expect(fork).toMatchObject({ userId: 'ada', itemCount: 4 });
    await ada.write('clearSession', { id: fork.id });
    expect(await ada.write('deleteSession', { id: fork.id }, 'deleted')).toEqual({ deleted: true });
    expect((await ada.ask('{ sessions { nodes { id } } }')).sessions.nodes).toContainEqual({ id });
  });

  it('reads all of its sessions, what agents wrote included', async () => {
    const { sessionId, itemId } = mine;
    expect(await ada.session(sessionId, 'messageCount drafts { text } agentInputs')).toMatchObject({
      messageCount: 3,
      drafts: [{ text: 'ada-secret' }],
    });
    expect(await ada.ask(`{ node(id: "${itemId}") { id } }`)).toEqual({ node: { id: itemId } });
  });

  it.each(TRANSPORTS)('follows its sessions over %s', async (transport) => {
    const { sessionId } = mine;
    const follower = follow(
      transport,
      server.endpoint,
      SESSION_EVENTS,
      { sessionId, after: '0' },
      undefined,
      owners.authorization('ada'),
    );
    await ada.say(sessionId, 'hello');
    await eventually(() => {
      expect(eventsOf(follower).map(({ item }) => item?.text)).toContain('hello');
    });
    await follower.stop();
  });

  it('writes messages of the role USER, at once and piece by piece', async () => {
    const { sessionId } = mine;
    await ada.write('addMessage', { sessionId, role: 'USER', text: 'one', metadata: { a: 1 } });
    await ada.write('finishMessage', { sessionId, draftId: await newDraft() });
    await ada.write('finishMessage', { sessionId, draftId: await newDraft(), text: 'other' });
    await ada.write('finishMessage', { sessionId, draftId: await newDraft(), item: message('user') });
    await ada.write('cancelMessage', { sessionId, draftId: await newDraft() });
    const items = await ada.items(sessionId, '... on Message { role text }', 'last: 5');
    expect(items).toEqual(['one', 'mine', 'other', 'x', 'mine'].map((text) => ({ role: 'USER', text })));
  });
});

describe('what is FORBIDDEN to a user, and changes nothing (PROTOCOL 10.5)', () => {
  const cases: readonly (readonly [string, Operation, () => object | Promise<object>])[] = [
    ['to choose an id', 'createSession', () => ({ id: 'chosen' })],
    ['to choose an id that it has', 'createSession', () => ({ id: mine.sessionId, ifExists: 'RETURN' })],
    ['to choose the id of a fork', 'forkSession', () => ({ id: mine.sessionId, newId: 'chosen' })],
    ['to make a session of another', 'createSession', () => ({ userId: 'bob' })],
    ...['ASSISTANT', 'SYSTEM', 'DEVELOPER'].map(
      (role) =>
        [
          `to write as ${role}`,
          'addMessage',
          () => ({ sessionId: mine.sessionId, role, text: 'x' }),
        ] as const,
    ),
    [
      'to write items, also of its own role',
      'addItems',
      () => ({ sessionId: mine.sessionId, items: [message('user')] }),
    ],
    [
      'to write calls',
      'addItems',
      () => ({
        sessionId: mine.sessionId,
        items: [{ type: 'function_call', callId: 'c', name: 'n', arguments: '{}' }],
      }),
    ],
    [
      'to store an exchange',
      'storeExchange',
      () => ({ sessionId: mine.sessionId, userMessage: 'x', assistantResponse: 'y' }),
    ],
    [
      'to store a result',
      'storeAgentResult',
      () => ({ sessionId: mine.sessionId, items: [message('user')], scope: 'NEW' }),
    ],
    ['to pass to another agent', 'trackAgent', () => ({ sessionId: mine.sessionId, agentName: 'x' })],
    ['to pop', 'popItem', () => ({ id: mine.sessionId })],
    [
      'to replace',
      'replaceSuffix',
      () => ({ sessionId: mine.sessionId, expectedSuffix: [], replacement: [message('user')] }),
    ],
    ...['ASSISTANT', 'SYSTEM', 'DEVELOPER', undefined].map(
      (role) =>
        [
          `to begin a message as ${role ?? 'the default'}`,
          'startMessage',
          () => ({ sessionId: mine.sessionId, role }),
        ] as const,
    ),
    [
      'to write what an agent is writing',
      'appendToMessage',
      () => ({ sessionId: mine.sessionId, draftId: mine.draftId, text: 'x', offset: 10 }),
    ],
    [
      'to repeat what an agent is writing',
      'appendToMessage',
      () => ({ sessionId: mine.sessionId, draftId: mine.draftId, text: 'ada', offset: 0 }),
    ],
    [
      'to finish what an agent is writing',
      'finishMessage',
      () => ({ sessionId: mine.sessionId, draftId: mine.draftId }),
    ],
    [
      'to finish it otherwise',
      'finishMessage',
      () => ({ sessionId: mine.sessionId, draftId: mine.draftId, text: 'x' }),
    ],
    [
      'to cancel what an agent is writing',
      'cancelMessage',
      () => ({ sessionId: mine.sessionId, draftId: mine.draftId }),
    ],
    [
      'to write reasoning',
      'appendToMessage',
      async () => ({
        sessionId: mine.sessionId,
        draftId: await newDraft(),
        text: 'x',
        offset: 0,
        channel: 'REASONING',
      }),
    ],
  ];

  it.each(cases)('%s', async (_what, operation, input) => {
    const given = await input();
    const before = await owners.all(mine.sessionId);
    const { code, retryable, status } = await ada.refused(operation, { ...given });
    expect({ code, retryable, status }).toEqual({ code: 'FORBIDDEN', retryable: false, status: 200 });
    expect(await owners.all(mine.sessionId)).toEqual(before);
    expect(await owners.service.session('chosen', 'id')).toBeNull();
  });
});

describe('a draft of a user', () => {
  it.each([
    message('assistant', [{ type: 'output_text', text: 'x' }]),
    {
      type: 'message',
      role: 'assistant',
      status: 'completed',
      content: [{ type: 'output_text', text: 'x' }],
    },
    message('system'),
    message('developer'),
    { type: 'function_call', callId: 'c', name: 'transfer_to_root', arguments: '{}' },
    { type: 'function_call_result', callId: 'c', name: 'n', output: 'x', status: 'completed' },
    { type: 'reasoning', content: [{ type: 'input_text', text: 'x' }] },
    { type: 'compaction', encrypted_content: 'x' },
    { role: 'assistant', content: 'x' },
    { type: 'handoff', from: 'a', to: 'b' },
  ])('becomes no item but a message of its own role: %j', async (item) => {
    const { sessionId } = mine;
    const draftId = await newDraft();
    const before = (await owners.service.items(sessionId, 'id')).length;
    for (const dialect of ['AGENTS_JS', 'RESPONSES']) {
      const { code } = await ada.refused('finishMessage', { sessionId, draftId, item, dialect });
      expect(['BAD_USER_INPUT', 'FORBIDDEN']).toContain(code);
    }
    expect(await owners.service.items(sessionId, 'id')).toHaveLength(before);
  });

  it('moves no agent, whoever it says it is of', async () => {
    const { sessionId } = mine;
    const { draft } = await ada.write(
      'startMessage',
      { sessionId, role: 'USER', agent: 'root' },
      'draft { id }',
    );
    await ada.write('finishMessage', { sessionId, draftId: draft.id, text: 'x' });
    await ada.write('addMessage', { sessionId, role: 'USER', text: 'x', agent: 'root' });
    expect(await owners.service.session(sessionId, 'currentAgent agentsUsed')).toEqual({
      currentAgent: 'ada-secret',
      agentsUsed: ['ada-secret'],
    });
  });
});

describe('a service', () => {
  it('acts for any user, and says for which', async () => {
    const { service } = owners;
    for (const userId of ['ada', 'bob', 'eve']) {
      const { session } = await service.write('createSession', { userId }, 'session { id userId }');
      expect(session.userId).toBe(userId);
      const { sessions } = await service.ask(`{ sessions(userId: "${userId}") { nodes { userId } } }`);
      expect(sessions.nodes).toContainEqual({ userId });
    }
    expect(await service.refused('createSession', {})).toMatchObject({
      code: 'BAD_USER_INPUT',
      path: ['userId'],
    });
    expect(await service.refusal('{ sessions { nodes { id } } }')).toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  it('is shared no answer with a user who follows the same', async () => {
    const { sessionId } = mine;
    const all = ['ada', 'service'].flatMap((who) =>
      TRANSPORTS.map((transport) =>
        follow(
          transport,
          server.endpoint,
          SESSION_EVENTS,
          { sessionId },
          undefined,
          who === 'ada' ? owners.authorization('ada') : `Bearer ${OWNERS_ENV.SERVICE_KEYS}`,
        ),
      ),
    );
    for (const { results } of all) await eventually(() => expect(results.length).toBeGreaterThan(0));
    await owners.service.write('deleteSession', { id: sessionId });
    await owners.service.create({ id: sessionId, userId: 'bob' });
    await owners.service.say(sessionId, 'bob-secret');
    for (const follower of all) {
      await follower.done;
      expect(eventsOf(follower).at(-1)).toMatchObject({ __typename: 'SessionDeleted' });
      expect(JSON.stringify(follower.results)).not.toContain('bob-secret');
      await follower.stop();
    }
  });
});
