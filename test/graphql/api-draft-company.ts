import { expect, it } from 'vitest';
import type { Api } from './api-under-test.ts';
import { DraftCalls } from './draft-calls.ts';

export function draftsInCompany(api: Api): void {
  const calls = new DraftCalls(api);

  it('is dropped when the history is cleared', async () => {
    const sessionId = await api.create();
    const draft = await calls.begun(sessionId, 'x', { agent: 'a' });
    const { session } = await api.write(
      'clearSession',
      { id: sessionId },
      'session { itemCount drafts { id } }',
    );
    expect(session).toEqual({ itemCount: 0, drafts: [] });
    expect(await calls.refusedAppend(draft, 'y', 1)).toMatchObject({ code: 'NOT_FOUND' });
    expect(await api.refused('finishMessage', { ...draft })).toMatchObject({ code: 'NOT_FOUND' });
    expect((await api.write('cancelMessage', { ...draft }, 'message { id }')).message).toBeNull();
    const after = await calls.begun(sessionId, 'after');
    await api.write('finishMessage', { ...after });
    expect(await api.session(sessionId, 'itemCount currentAgent')).toEqual({
      itemCount: 1,
      currentAgent: null,
    });
  });

  it('goes with its session, and is not found in one of the same id', async () => {
    const sessionId = await api.create();
    const draft = await calls.begun(sessionId, 'x');
    await api.write('deleteSession', { id: sessionId });
    const gone = await calls.refusedAppend(draft, 'y', 1);
    expect(gone).toMatchObject({ code: 'NOT_FOUND' });
    expect(await api.refused('finishMessage', { ...draft })).toMatchObject({
      code: 'NOT_FOUND',
      message: gone['message'],
    });
    expect(await api.refused('cancelMessage', { ...draft })).toMatchObject({
      code: 'NOT_FOUND',
      message: gone['message'],
    });
    await api.create({ id: sessionId });
    expect(await calls.open(sessionId)).toEqual([]);
    expect(await calls.refusedAppend(draft, 'y', 1)).toMatchObject({ code: 'NOT_FOUND' });
    expect(await api.refused('finishMessage', { ...draft, text: 'x' })).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('stays with its session when that is forked, and no message of the fork was a draft', async () => {
    const sessionId = await api.create();
    const finished = await calls.begun(sessionId, 'finished');
    await api.write('finishMessage', { ...finished });
    const draft = await calls.begun(sessionId, 'open');
    const { session } = await api.write(
      'forkSession',
      { id: sessionId },
      'session { id itemCount drafts { id } }',
    );
    expect(session).toMatchObject({ itemCount: 1, drafts: [] });
    for (const { draftId } of [draft, finished]) {
      const there = { sessionId: session.id, draftId };
      expect(await calls.refusedAppend(there, 'x', 4)).toMatchObject({ code: 'NOT_FOUND' });
      expect((await api.write('cancelMessage', there, 'message { id }')).message).toBeNull();
    }
    await calls.append(draft, ' still', 4);
    await api.write('finishMessage', { ...draft });
    expect((await api.session(session.id, 'itemCount')).itemCount).toBe(1);
  });

  it('goes on while messages come, go and are replaced', async () => {
    const sessionId = await api.create();
    const draft = await calls.begun(sessionId, 'a');
    await api.say(sessionId, 'one');
    await calls.append(draft, 'b', 1);
    await api.write('popItem', { id: sessionId });
    await calls.append(draft, 'c', 2);
    const two = { type: 'message', role: 'user', content: 'two' };
    await api.write('replaceSuffix', { sessionId, expectedSuffix: [], replacement: [two] });
    await calls.append(draft, 'd', 3);
    await api.write('replaceSuffix', { sessionId, expectedSuffix: [two], replacement: [] });
    await api.write('updateSession', { id: sessionId, title: 'new', metadata: { a: 1 } });
    await api.write('storeAgentResult', { sessionId, items: [two], currentAgent: 'other' });
    await calls.append(draft, 'e', 4);
    const { message } = await api.write('finishMessage', { ...draft }, 'message { text agent }');
    expect(message).toEqual({ text: 'abcde', agent: 'other' });
    expect((await api.write('popItem', { id: sessionId }, 'item { ... on Message { text } }')).item).toEqual({
      text: 'abcde',
    });
  });

  it('counts for a condition once it is finished or kept, and not when it is dropped', async () => {
    const sessionId = await api.create();
    const ifCursor = await api.say(sessionId, 'question');
    const [finished, dropped] = [await calls.begun(sessionId, 'x'), await calls.begun(sessionId, 'y')];
    await api.write('cancelMessage', { ...dropped, keep: false });
    const cursor = await api.say(sessionId, 'another', { ifCursor });
    const { message } = await api.write('finishMessage', { ...finished }, 'message { cursor }');
    const stale = { sessionId, role: 'USER', text: 'x', ifCursor: cursor };
    expect(await api.refused('addMessage', stale)).toMatchObject({
      code: 'CONFLICT',
      current: message.cursor,
    });
  });

  it('moves its session up the list when it is finished, and not while it is written', async () => {
    const userId = api.newName('u');
    const [first, second] = [await api.create({ userId }), await api.create({ userId })];
    const order = async () =>
      (await api.ask(`{ sessions(userId: "${userId}") { nodes { id } } }`)).sessions.nodes.map(
        ({ id }: any) => id,
      );
    await api.say(second, 'x');
    const draft = await calls.begun(first, 'x');
    expect(await order()).toEqual([second, first]);
    await api.write('finishMessage', { ...draft });
    expect(await order()).toEqual([first, second]);
  });

  it('is told apart from one of the same id in another session', async () => {
    const [one, other] = [await api.create(), await api.create()];
    const drafts = await Promise.all([calls.begun(one, 'of one'), calls.begun(other, 'of the other')]);
    await api.write('finishMessage', { ...drafts[0] });
    expect(await calls.open(other)).toMatchObject([{ text: 'of the other' }]);
    const foreign = { ...drafts[1], sessionId: one };
    expect((await api.write('cancelMessage', { ...foreign }, 'message { id }')).message).toBeNull();
    expect(await calls.open(other)).toHaveLength(1);
  });
}
