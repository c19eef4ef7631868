import { expect, it } from 'vitest';
import type { Api } from './api-under-test.ts';

export function conditions(api: Api): void {
  const cursorOf = async (id: string): Promise<string> => (await api.session(id, 'cursor')).cursor;

  it('writes when nothing came or went since the cursor', async () => {
    const id = await api.create();
    const first = await api.say(id, 'one', { ifCursor: await cursorOf(id) });
    await api.say(id, 'two', { ifCursor: first });
    const input = { sessionId: id, items: [{ type: 'x' }], ifCursor: await cursorOf(id) };
    await api.write('addItems', input);
    expect((await api.session(id, 'itemCount')).itemCount).toBe(3);
  });

  it('does not count a new title as something that came', async () => {
    const id = await api.create();
    const before = await api.say(id, 'one');
    await api.write('updateSession', { id, title: 'new' });
    const after = await cursorOf(id);
    expect(after).not.toBe(before);
    await api.say(id, 'two', { ifCursor: before });
    await api.write('updateSession', { id, title: 'newer' });
    await api.say(id, 'three', { ifCursor: await cursorOf(id) });
  });

  it.each([
    ['a message', (id: string) => api.say(id, 'x')],
    ['a hand-off', (id: string) => api.write('trackAgent', { sessionId: id, agentName: 'x' })],
    ['a pop', (id: string) => api.write('popItem', { id })],
    ['a clear', (id: string) => api.write('clearSession', { id })],
    [
      'a message that was popped again',
      async (id: string) => {
        await api.say(id, 'x');
        await api.write('popItem', { id });
      },
    ],
  ])('refuses to write after %s, and says where the log ends now', async (_what, change) => {
    const id = await api.create();
    const ifCursor = await api.say(id, 'one');
    await change(id);
    const before = await api.session(id, 'cursor itemCount currentAgent updatedAt');
    const stale = { sessionId: id, ifCursor };
    const conflict = { code: 'CONFLICT', current: before.cursor };
    const message = { ...stale, text: 'two', role: 'ASSISTANT', agent: 'b' };
    expect(await api.refused('addMessage', message)).toMatchObject(conflict);
    expect(await api.refused('addItems', { ...stale, items: [{ type: 'x' }] })).toMatchObject(conflict);
    expect(await api.session(id, 'cursor itemCount currentAgent updatedAt')).toEqual(before);
    await api.write('addMessage', { ...message, ifCursor: before.cursor });
  });

  it('lets one of many through that all saw the same end', async () => {
    const id = await api.create();
    const ifCursor = await cursorOf(id);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        api.answer('mutation ($input: AddMessageInput!) { addMessage(input: $input) { message { text } } }', {
          input: { sessionId: id, text: String(index), role: 'USER', ifCursor },
        }),
      ),
    );
    const through = answers.filter(({ errors }) => errors === undefined);
    expect(through).toHaveLength(1);
    expect(await api.items(id, '... on Message { text }')).toEqual([through[0]?.data.addMessage.message]);
    for (const { errors } of answers) if (errors) expect(errors[0]?.extensions['code']).toBe('CONFLICT');
  });

  it('changes the agent only from the one that is expected', async () => {
    const sessionId = await api.create();
    const track = (agentName: string, given: object) => ({ sessionId, agentName, ...given });
    expect(await api.refused('trackAgent', track('a', { ifCurrentAgent: 'b' }))).toMatchObject({
      code: 'CONFLICT',
      current: null,
    });
    await api.write('trackAgent', track('a', { ifCurrentAgent: null }));
    expect(await api.refused('trackAgent', track('b', { ifCurrentAgent: null }))).toMatchObject({
      code: 'CONFLICT',
      current: 'a',
    });
    expect(await api.refused('trackAgent', track('b', { ifCurrentAgent: 'A' }))).toMatchObject({
      current: 'a',
    });
    await api.write('trackAgent', track('b', { ifCurrentAgent: 'a' }));
    await api.write('trackAgent', track('c', {}));
    expect(await api.session(sessionId, 'currentAgent agentsUsed itemCount')).toEqual({
      currentAgent: 'c',
      agentsUsed: ['a', 'b', 'c'],
      itemCount: 3,
    });
  });

  it('holds the condition also for the agent that is current already', async () => {
    const sessionId = await api.create();
    await api.write('trackAgent', { sessionId, agentName: 'a' });
    const again = { sessionId, agentName: 'a' };
    expect(await api.refused('trackAgent', { ...again, ifCurrentAgent: 'b' })).toMatchObject({
      current: 'a',
    });
    expect(await api.refused('trackAgent', { ...again, ifCurrentAgent: null })).toMatchObject({
      current: 'a',
    });
    await api.write('trackAgent', { ...again, ifCurrentAgent: 'a' });
  });
}
