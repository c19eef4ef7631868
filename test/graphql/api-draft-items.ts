import { expect, it } from 'vitest';
import { ITEM, type Api } from './api-under-test.ts';
import { DraftCalls } from './draft-calls.ts';

const CALL = { type: 'function_call', callId: 'c', name: 'look', arguments: '{}' };
const answer = (text: string) => ({
  type: 'message',
  role: 'assistant',
  status: 'completed',
  content: [{ type: 'output_text', text }],
});

export function draftsThatBecomeItems(api: Api): void {
  const calls = new DraftCalls(api);
  const ended = async (sessionId: string, draftId: string) =>
    (await api.write('cancelMessage', { sessionId, draftId }, 'message { id text }')).message;

  it('ends with items that take its place, and becomes the last message among them', async () => {
    const sessionId = await api.create();
    const { draftId } = await calls.begun(sessionId, 'written', { agent: 'nobody' });
    await calls.append({ sessionId, draftId }, 'thought', 0, 'REASONING');
    const items = [answer('first'), answer('last'), CALL];
    const input = { sessionId, items, agent: 'expert', finishesDraft: draftId };
    const written = await api.write(
      'addItems',
      input,
      `items { ${ITEM} } session { drafts { id } currentAgent }`,
    );
    expect(written.session).toEqual({ drafts: [], currentAgent: 'expert' });
    expect(written.items.map(({ __typename }: any) => __typename)).toEqual([
      'Handoff',
      'Message',
      'Message',
      'ToolCall',
    ]);
    expect(await api.items(sessionId)).toEqual(written.items);
    expect(await ended(sessionId, draftId)).toEqual({ id: written.items[2].id, text: 'last' });
  });

  it.each(['USER', 'SYSTEM'])('is also ended by items when it is of the role %s', async (role) => {
    const sessionId = await api.create();
    const { draftId } = await calls.begun(sessionId, 'written', { role });
    await api.write('addItems', { sessionId, items: [answer('x')], finishesDraft: draftId });
    expect(await ended(sessionId, draftId)).toMatchObject({ text: 'x' });
  });

  it('only ends when there is no message among the items', async () => {
    const sessionId = await api.create();
    const { draftId } = await calls.begun(sessionId, 'written');
    await api.write('addItems', { sessionId, items: [CALL], finishesDraft: draftId });
    expect(await calls.open(sessionId)).toEqual([]);
    expect(await ended(sessionId, draftId)).toBeNull();
    expect((await api.session(sessionId, 'itemCount')).itemCount).toBe(1);
  });

  it('stays open when the items are refused', async () => {
    const sessionId = await api.create();
    const { cursor } = await api.session(sessionId, 'cursor');
    await api.say(sessionId, 'between');
    const draft = await calls.begun(sessionId, 'written');
    const bad = [
      { items: [{}] },
      { items: [answer('x'), { role: 'user', content: 5 }] },
      { items: [answer('x')], ifCursor: cursor },
    ];
    for (const input of bad)
      await api.refused('addItems', { sessionId, ...input, finishesDraft: draft.draftId });
    expect(await calls.written(draft)).toEqual({ text: 'written', reasoning: '' });
    expect((await api.session(sessionId, 'itemCount')).itemCount).toBe(1);
  });

  it('brings nothing into the history when it is over, or another session’s', async () => {
    const [sessionId, other] = [await api.create(), await api.create()];
    const finished = await calls.begun(sessionId, 'x');
    await api.write('finishMessage', { ...finished });
    const foreign = await calls.begun(other, 'x');
    for (const finishesDraft of [finished.draftId, foreign.draftId, 'none', '']) {
      const refusal = await api.refused('addItems', { sessionId, items: [answer('x')], finishesDraft });
      expect(refusal).toMatchObject({ code: 'NOT_FOUND' });
    }
    expect((await api.session(sessionId, 'itemCount')).itemCount).toBe(1);
    expect(await calls.open(other)).toHaveLength(1);
  });

  it('is ended once for one key, whatever has become of the items', async () => {
    const sessionId = await api.create();
    const { draftId } = await calls.begun(sessionId, 'x');
    const once = {
      sessionId,
      items: [answer('x'), CALL],
      finishesDraft: draftId,
      agent: 'a',
      idempotencyKey: 'k',
    };
    const first = await api.write('addItems', once, `items { ${ITEM} }`);
    expect(await api.write('addItems', once, `items { ${ITEM} }`)).toEqual(first);
    await api.write('clearSession', { id: sessionId });
    const other = await calls.begun(sessionId, 'y');
    expect(await api.write('addItems', once, `items { ${ITEM} }`)).toEqual(first);
    expect(await calls.open(sessionId)).toHaveLength(1);
    const elsewhere = { ...once, finishesDraft: other.draftId };
    expect(await api.refused('addItems', elsewhere)).toMatchObject({ code: 'CONFLICT' });
    expect(await api.refused('addItems', { ...once, finishesDraft: null })).toMatchObject({
      code: 'CONFLICT',
    });
  });

  it('is ended by one of many that bring its items at once', async () => {
    const sessionId = await api.create();
    const { draftId } = await calls.begun(sessionId, 'x');
    const query = 'mutation ($i: AddItemsInput!) { addItems(input: $i) { items { id } } }';
    const answers = await Promise.all(
      Array.from({ length: 10 }, () =>
        api.answer(query, { i: { sessionId, items: [answer('x')], finishesDraft: draftId } }),
      ),
    );
    expect(answers.filter(({ errors }) => errors === undefined)).toHaveLength(1);
    expect((await api.session(sessionId, 'itemCount')).itemCount).toBe(1);
  });
}
