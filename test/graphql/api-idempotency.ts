import { expect, it } from 'vitest';
import type { Api, Operation } from './api-under-test.ts';

const SESSION = 'session { id title metadata itemCount currentAgent cursor }';

/** The newest item of the history that these writes begin with. */
const BEFORE_THAT = { type: 'message', role: 'user', content: 'before that' };

/** Each operation on an existing session: its input, another input, and what it answers. */
const WRITES: readonly (readonly [Operation, object, object, string])[] = [
  ['updateSession', { title: 'one' }, { title: 'two' }, SESSION],
  [
    'addMessage',
    { text: 'one', role: 'USER' },
    { text: 'two', role: 'USER' },
    `message { id text } ${SESSION}`,
  ],
  ['addItems', { items: [{ type: 'x' }] }, { items: [{ type: 'y' }] }, `items { id raw } ${SESSION}`],
  [
    'storeExchange',
    { userMessage: 'q', assistantResponse: 'a', agentName: 'x' },
    { userMessage: 'q', assistantResponse: 'a', agentName: 'y' },
    `items { id raw } ${SESSION}`,
  ],
  ['trackAgent', { agentName: 'x' }, { agentName: 'y' }, SESSION],
  [
    'storeAgentResult',
    { items: [{ role: 'user', content: 'one' }], currentAgent: 'x' },
    { items: [{ role: 'user', content: 'one' }], currentAgent: 'y' },
    `items { id raw } skipped ${SESSION}`,
  ],
  [
    'replaceSuffix',
    { expectedSuffix: [BEFORE_THAT], replacement: [{ type: 'x' }] },
    { expectedSuffix: [{ type: 'x' }], replacement: [] },
    `items { id raw } ${SESSION}`,
  ],
  ['popItem', {}, {}, `item { id raw } ${SESSION}`],
  ['clearSession', {}, {}, SESSION],
];

const named = (operation: Operation, id: string, input: object): Record<string, unknown> =>
  operation === 'popItem' || operation.endsWith('Session') ? { id, ...input } : { sessionId: id, ...input };

export function idempotency(api: Api): void {
  const talked = async (): Promise<string> => {
    const id = await api.create({ title: 'zero' });
    await api.say(id, 'before');
    await api.say(id, 'before that');
    return id;
  };

  it.each(WRITES)(
    'answers a repeated %s with the first result, and writes nothing',
    async (operation, input, _, fields) => {
      const id = await talked();
      const once = { ...named(operation, id, input), idempotencyKey: 'key' };
      const first = await api.write(operation, once, fields);
      expect(await api.write(operation, once, fields)).toEqual(first);
      expect(await api.session(id, 'id title metadata itemCount currentAgent cursor')).toEqual(first.session);
    },
  );

  it.each(WRITES)(
    'answers a repeated %s with the session as it is now',
    async (operation, input, _, fields) => {
      const id = await talked();
      const once = { ...named(operation, id, input), idempotencyKey: 'key' };
      const { session: _then, ...first } = await api.write(operation, once, fields);
      await api.write('updateSession', { id, title: 'later', metadata: { later: true } });
      await api.say(id, 'later');
      const { session, ...again } = await api.write(operation, once, fields);
      expect(again).toEqual(first);
      expect(session).toEqual(await api.session(id, 'id title metadata itemCount currentAgent cursor'));
      expect(session).toMatchObject({ title: 'later', metadata: { later: true } });
    },
  );

  it.each(WRITES)(
    'refuses the key of a %s with another input or operation',
    async (operation, input, other) => {
      const id = await talked();
      await api.write(operation, { ...named(operation, id, input), idempotencyKey: 'key' });
      const state = await api.session(id, 'cursor title');
      if (other !== input && Object.keys(other).length > 0) {
        const refusal = await api.refused(operation, {
          ...named(operation, id, other),
          idempotencyKey: 'key',
        });
        expect(refusal).toMatchObject({ code: 'CONFLICT' });
      }
      const elsewhere: Operation = operation === 'popItem' ? 'clearSession' : 'popItem';
      expect(await api.refused(elsewhere, { id, idempotencyKey: 'key' })).toMatchObject({ code: 'CONFLICT' });
      expect(await api.session(id, 'cursor title')).toEqual(state);
    },
  );

  it.each(WRITES)('does not find the session of a %s once it is deleted', async (operation, input) => {
    const id = await talked();
    const once = { ...named(operation, id, input), idempotencyKey: 'key' };
    await api.write(operation, once);
    await api.write('deleteSession', { id });
    expect(await api.refused(operation, once)).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('deletes once, and says so again', async () => {
    const id = await talked();
    const once = { id, idempotencyKey: 'key' };
    expect(await api.write('deleteSession', once, 'deleted')).toEqual({ deleted: true });
    expect(await api.write('deleteSession', once, 'deleted')).toEqual({ deleted: true });
    await api.create({ id });
    expect(await api.write('deleteSession', once, 'deleted')).toEqual({ deleted: true });
    expect(await api.session(id, 'id')).toEqual({ id });
  });

  it('makes one session for one key, whether its id is chosen or not', async () => {
    for (const chosen of [{}, { id: api.newName() }]) {
      const once = { ...chosen, userId: 'ada', title: 'one', idempotencyKey: api.newName('key') };
      const first = await api.write('createSession', once, SESSION);
      expect(await api.write('createSession', once, SESSION)).toEqual(first);
      await api.write('updateSession', { id: first.session.id, title: 'later' });
      expect((await api.write('createSession', once, SESSION)).session.title).toBe('later');
      expect(await api.refused('createSession', { ...once, title: 'two' })).toMatchObject({
        code: 'CONFLICT',
      });
      await api.write('deleteSession', { id: first.session.id });
      expect(await api.refused('createSession', once)).toMatchObject({ code: 'NOT_FOUND' });
    }
  });

  it('makes one fork for one key, whether its id is chosen or not', async () => {
    for (const chosen of [{}, { newId: api.newName() }]) {
      const id = await talked();
      const once = { id, ...chosen, idempotencyKey: api.newName('key') };
      const first = await api.write('forkSession', once, SESSION);
      await api.say(id, 'later in the source');
      await api.say(first.session.id, 'later in the fork');
      const again = await api.write('forkSession', once, SESSION);
      expect(again.session).toMatchObject({ id: first.session.id, itemCount: 3 });
      const others = [
        { ...once, title: 'two' },
        { ...once, id: await talked() },
      ];
      for (const other of others) {
        expect(await api.refused('forkSession', other)).toMatchObject({ code: 'CONFLICT' });
      }
      const creation = { idempotencyKey: once.idempotencyKey };
      expect(await api.refused('createSession', creation)).toMatchObject({ code: 'CONFLICT' });
      await api.write('deleteSession', { id: first.session.id });
      expect(await api.refused('forkSession', once)).toMatchObject({ code: 'NOT_FOUND' });
    }
  });

  it('keeps the keys of owners and of sessions apart', async () => {
    const idempotencyKey = api.newName('key');
    const made = await Promise.all(
      ['ada', 'bob', 'ada:', 'local'].map((userId) =>
        api.write('createSession', { userId, idempotencyKey }, 'session { id userId }'),
      ),
    );
    const ids = made.map(({ session }) => session.id);
    expect(new Set(ids).size).toBe(4);
    for (const id of ids) await api.say(id, `to ${id}`, { idempotencyKey });
    for (const id of ids)
      expect(await api.items(id, '... on Message { text }')).toEqual([{ text: `to ${id}` }]);
  });

  it('means the user local by a key whose owner is not named', async () => {
    const idempotencyKey = api.newName('key');
    const first = await api.write('createSession', { idempotencyKey }, 'session { id }');
    const again = await api.write('createSession', { idempotencyKey, userId: 'local' }, 'session { id }');
    expect(again).toEqual(first);
  });

  it('takes inputs for the same whatever the order of their keys', async () => {
    const sessionId = await api.create();
    const first = {
      sessionId,
      idempotencyKey: 'key',
      items: [{ type: 'x', a: { b: 1, c: [{ d: 2, e: 3 }] } }],
    };
    const again = {
      items: [{ a: { c: [{ e: 3, d: 2 }], b: 1 }, type: 'x' }],
      idempotencyKey: 'key',
      sessionId,
    };
    await api.write('addItems', first);
    const { items } = await api.write('addItems', again, 'items { raw }');
    expect(items).toEqual([{ raw: first.items[0] }]);
    const swapped = { ...first, items: [{ type: 'x', a: { b: 1, c: [{ d: 3, e: 2 }] } }] };
    expect(await api.refused('addItems', swapped)).toMatchObject({ code: 'CONFLICT' });
  });

  it('answers fifty at once with one key alike, from one entry', async () => {
    const sessionId = await api.create();
    const once = { sessionId, text: 'once', role: 'USER', idempotencyKey: 'key' };
    const answers = await Promise.all(
      Array.from({ length: 50 }, () =>
        api.write('addMessage', once, `message { id cursor createdAt } ${SESSION}`),
      ),
    );
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(await api.items(sessionId, 'id')).toEqual([{ id: answers[0].message.id }]);
  });

  it('makes one session of fifty that are created at once with one key', async () => {
    const userId = api.newName('u');
    const answers = await Promise.all(
      Array.from({ length: 50 }, () =>
        api.write('createSession', { userId, idempotencyKey: 'key' }, 'session { id cursor }'),
      ),
    );
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    const { sessions } = await api.ask(`{ sessions(userId: "${userId}") { nodes { id } } }`);
    expect(sessions.nodes).toEqual([{ id: answers[0].session.id }]);
  });

  it('forgets a write that was refused: its key can be used again', async () => {
    const sessionId = await api.create();
    const { cursor } = await api.session(sessionId, 'cursor');
    await api.say(sessionId, 'between');
    const input = { sessionId, text: 'x', role: 'USER', idempotencyKey: 'key' };
    expect(await api.refused('addMessage', { ...input, ifCursor: cursor })).toMatchObject({
      code: 'CONFLICT',
    });
    await api.write('addMessage', input);
    expect((await api.session(sessionId, 'itemCount')).itemCount).toBe(2);
  });

  it('answers a repeated write before it looks at conditions that hold no longer', async () => {
    const sessionId = await api.create();
    const { cursor } = await api.session(sessionId, 'cursor');
    const message = { sessionId, text: 'x', role: 'USER', idempotencyKey: 'm', ifCursor: cursor };
    const first = await api.write('addMessage', message, 'message { id }');
    const agent = { sessionId, agentName: 'a', ifCurrentAgent: null, idempotencyKey: 'a' };
    await api.write('trackAgent', agent);
    expect(await api.write('addMessage', message, 'message { id }')).toEqual(first);
    expect(await api.write('trackAgent', agent, 'session { itemCount }')).toEqual({
      session: { itemCount: 2 },
    });
  });

  it('answers with the message that was written though it has been removed since', async () => {
    const sessionId = await api.create();
    const once = { sessionId, text: 'x', role: 'ASSISTANT', agent: 'a', idempotencyKey: 'key' };
    const { message } = await api.write('addMessage', once, 'message { id text agent raw }');
    await api.write('popItem', { id: sessionId });
    expect(
      await api.write('addMessage', once, 'message { id text agent raw } session { itemCount }'),
    ).toEqual({
      message,
      // The hand-off before it has stayed.
      session: { itemCount: 1 },
    });
  });
}
