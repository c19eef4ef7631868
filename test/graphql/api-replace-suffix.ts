import { expect, it } from 'vitest';
import { DIALECTS, storyOf, transfer, WRITTEN } from './agent-items.ts';
import { ITEM, type Api } from './api-under-test.ts';

const { user, answer, call, result } = WRITTEN.AGENTS_JS;
const STATE = 'cursor itemCount messageCount currentAgent agentsUsed';
const REPLACED = `items { ${ITEM} } session { ${STATE} items(first: 1000) { nodes { raw } } }`;

export function replacingSuffixes(api: Api): void {
  const withItems = async (...items: readonly object[]): Promise<string> => {
    const sessionId = await api.create();
    await api.write('addItems', { sessionId, items });
    return sessionId;
  };
  const replace = (
    sessionId: string,
    expectedSuffix: readonly object[],
    replacement: readonly object[],
    given: object = {},
  ): Promise<any> =>
    api.write('replaceSuffix', { sessionId, expectedSuffix, replacement, ...given }, REPLACED);
  const story = async (sessionId: string): Promise<string[]> => storyOf(await api.items(sessionId));

  it('replaces what the history ends in', async () => {
    const id = await withItems(user('one'), answer('m1', 'two'), user('three'));
    const { items, session } = await replace(
      id,
      [answer('m1', 'two'), user('three')],
      [answer('m2', 'other'), user('four'), user('five')],
    );
    expect(storyOf(items)).toEqual(['ASSISTANT: other', 'USER: four', 'USER: five']);
    expect(session).toMatchObject({ cursor: items.at(-1).cursor, itemCount: 4, messageCount: 4 });
    expect(session.items.nodes.map(({ raw }: any) => raw)).toEqual([
      user('one'),
      ...items.map(({ raw }: any) => raw),
    ]);
    expect(await api.inputs(id)).toEqual([user('one'), answer('m2', 'other'), user('four'), user('five')]);
  });

  it('replaces a whole history, and a call with its result', async () => {
    const all = [user('q'), call('1', 'look'), result('1', 'look', 'x'), answer('m', 'a')];
    const id = await withItems(...all);
    await replace(id, all, [user('new'), call('1', 'fetch'), result('1', 'fetch', 'y')]);
    expect(await story(id)).toEqual(['USER: new', 'call fetch', 'result of fetch']);
    expect(await api.session(id, 'messageCount itemCount')).toEqual({ messageCount: 1, itemCount: 3 });
  });

  it('appends when nothing is expected, and removes when nothing replaces it', async () => {
    const id = await withItems(user('one'));
    await replace(id, [], [user('two'), user('three')]);
    expect(await story(id)).toEqual(['USER: one', 'USER: two', 'USER: three']);
    const { items, session } = await replace(id, [user('two'), user('three')], []);
    expect([items, session.itemCount, session.messageCount]).toEqual([[], 1, 1]);
    expect(await story(id)).toEqual(['USER: one']);
    await replace(id, [user('one')], []);
    expect(await api.session(id, 'itemCount messageCount lastMessage { id }')).toEqual({
      itemCount: 0,
      messageCount: 0,
      lastMessage: null,
    });
  });

  it('changes nothing when nothing is expected and nothing replaces it', async () => {
    const id = await withItems(user('one'));
    const before = await api.session(id, `${STATE} updatedAt`);
    expect(await replace(id, [], [])).toMatchObject({ items: [] });
    expect(await api.session(id, `${STATE} updatedAt`)).toEqual(before);
  });

  it('compares whatever the order of keys, at any depth', async () => {
    const id = await withItems({ type: 'x', a: { b: 1, c: [{ d: 2, e: null }] } });
    await replace(id, [{ a: { c: [{ e: null, d: 2 }], b: 1 }, type: 'x' }], [user('new')]);
    expect(await story(id)).toEqual(['USER: new']);
  });

  it.each([
    ['another text', [user('three'), user('other')]],
    ['another order', [user('four'), user('three')]],
    ['what lies before the end', [user('three')]],
    ['a field more', [{ ...user('four'), more: null }]],
    ['a field less', [{ role: 'user', content: 'four' }]],
    ['more than there is', [user('zero'), user('one'), user('two'), user('three'), user('four')]],
    ['what is no item at all', [{}]],
    ['another order in a list', [{ ...user('four'), content: [2, 1] }]],
  ])('refuses to replace %s, and changes nothing', async (_what, expectedSuffix) => {
    const id = await withItems(user('one'), user('two'), user('three'), user('four'));
    const before = await api.session(id, `${STATE} updatedAt`);
    const refusal = await api.refused('replaceSuffix', {
      sessionId: id,
      expectedSuffix,
      replacement: [user('new')],
    });
    expect(refusal).toMatchObject({ code: 'CONFLICT', current: before.cursor, retryable: false });
    expect(await api.session(id, `${STATE} updatedAt`)).toEqual(before);
  });

  it('refuses what another replaced, popped, cleared or added to before', async () => {
    const changes: readonly ((sessionId: string) => Promise<unknown>)[] = [
      (sessionId) => replace(sessionId, [user('two')], [user('other')]),
      (id) => api.write('popItem', { id }),
      (id) => api.write('clearSession', { id }),
      (id) => api.say(id, 'three'),
    ];
    for (const change of changes) {
      const id = await withItems(user('one'), user('two'));
      await change(id);
      const { cursor } = await api.session(id, 'cursor');
      const stale = { sessionId: id, expectedSuffix: [user('two')], replacement: [user('mine')] };
      expect(await api.refused('replaceSuffix', stale)).toMatchObject({ code: 'CONFLICT', current: cursor });
      expect((await api.session(id, 'cursor')).cursor).toBe(cursor);
    }
  });

  it('does not mind a new title', async () => {
    const id = await withItems(user('one'));
    await api.write('updateSession', { id, title: 'new' });
    await replace(id, [user('one')], [user('two')]);
    expect(await story(id)).toEqual(['USER: two']);
  });

  it.each(DIALECTS)('compares with the inputs in %s, whichever they were written in', async (dialect) => {
    const other = dialect === 'RESPONSES' ? 'AGENTS_JS' : 'RESPONSES';
    const theirs = WRITTEN[other];
    const sessionId = await api.create();
    const items = [
      theirs.user('q'),
      theirs.call('1', 'look'),
      theirs.result('1', 'look', 'x'),
      { role: 'assistant', content: [{ type: 'output_text', text: 'a' }], status: 'completed' },
    ];
    await api.write('addItems', { sessionId, items, dialect: other });
    const inputs = await api.inputs(sessionId, `dialect: ${dialect}`);
    for (let count = 1; count <= 2; count++) {
      await replace(sessionId, inputs.slice(-count), inputs.slice(-count), { dialect });
      expect(await api.inputs(sessionId, `dialect: ${dialect}`)).toEqual(inputs);
    }
    const own = WRITTEN[dialect];
    await replace(sessionId, inputs, [own.user('new'), own.answer('m', 'b')], { dialect });
    expect(await api.items(sessionId, 'raw dialect')).toEqual([
      { raw: own.user('new'), dialect },
      { raw: own.answer('m', 'b'), dialect },
    ]);
  });

  it('expects a result as the inputs show it, also when its call stays', async () => {
    const sessionId = await api.create();
    const python = WRITTEN.RESPONSES;
    const items = [{ ...python.call('1', 'look'), namespace: 'maps' }, python.result('1', 'look', 'x')];
    await api.write('addItems', { sessionId, items, dialect: 'RESPONSES' });
    const [, shown] = await api.inputs(sessionId);
    await replace(sessionId, [shown], [{ ...shown, output: 'y' }]);
    expect((await api.inputs(sessionId)).at(-1)).toEqual({ ...shown, output: 'y' });
  });

  it('takes hand-offs with what is replaced, and keeps the agent that is current', async () => {
    const sessionId = await api.create();
    const run = [user('q'), ...transfer(WRITTEN.AGENTS_JS, 't', 'b'), answer('m', 'a')];
    await api.write('storeAgentResult', { sessionId, items: run });
    await api.write('trackAgent', { sessionId, agentName: 'c' });
    expect(await story(sessionId)).toEqual([
      'USER: q',
      'call transfer_to_b',
      'result of transfer_to_b',
      'null > b',
      'ASSISTANT: a',
      'b > c',
    ]);
    const { items, session } = await replace(sessionId, run.slice(1), [answer('m2', 'other')]);
    expect(session.currentAgent).toBe('c');
    expect(storyOf(items)).toContain('ASSISTANT: other');
    expect(await story(sessionId)).toEqual(['USER: q', ...storyOf(items)]);
    expect(await api.inputs(sessionId)).toEqual([user('q'), answer('m2', 'other')]);
    const chain = (await api.items(sessionId)).filter(({ __typename }) => __typename === 'Handoff');
    expect(chain.map(({ from, to }) => [from, to])).toEqual([[null, 'c']]);
    expect(session.itemCount).toBe(3);
  });

  it('leaves hand-offs before the suffix alone', async () => {
    const sessionId = await api.create();
    await api.write('storeExchange', { sessionId, userMessage: 'q', assistantResponse: 'a', agentName: 'x' });
    const [last] = await api.inputs(sessionId, 'limit: 1');
    const { items } = await replace(sessionId, [last], [answer('m', 'b')]);
    expect(items).toMatchObject([{ text: 'b', agent: 'x' }]);
    expect(await story(sessionId)).toEqual(['USER: q', 'null > x', 'ASSISTANT: b']);
  });

  it('finds a long suffix among many hand-offs', async () => {
    const sessionId = await api.create();
    const said: object[] = [];
    for (let n = 0; n < 30; n++) {
      await api.write('trackAgent', { sessionId, agentName: `agent ${n}` });
      said.push(user(`${n}`));
      await api.write('addItems', { sessionId, items: said.slice(-1) });
    }
    const { session } = await replace(sessionId, said.slice(5), []);
    expect(session).toMatchObject({ messageCount: 5, currentAgent: 'agent 29' });
    expect(await api.inputs(sessionId)).toEqual(said.slice(0, 5));
  });

  it('replaces a thousand items by a thousand, and refuses more of either', async () => {
    const items = Array.from({ length: 1000 }, (_, n) => ({ type: 'n', n }));
    const others = items.map(({ n }) => ({ type: 'n', n: n + 1000 }));
    const id = await withItems(...items);
    const tooMany = [...items, { type: 'n' }];
    for (const [name, input] of [
      ['expectedSuffix', { expectedSuffix: tooMany, replacement: [] }],
      ['replacement', { expectedSuffix: [], replacement: tooMany }],
    ] as const) {
      expect(await api.refused('replaceSuffix', { sessionId: id, ...input })).toMatchObject({
        code: 'BAD_USER_INPUT',
        path: [name],
        limit: 1000,
        actual: 1001,
      });
    }
    await replace(id, items, others);
    expect(await api.inputs(id)).toEqual(others);
  });

  it('refuses a bad item in the replacement, says which, and changes nothing', async () => {
    const id = await withItems(user('one'));
    const before = await api.session(id, `${STATE} updatedAt`);
    for (const bad of [{}, { role: 'robot', content: 'x' }, { role: 'user', content: 5 }, { type: 5 }]) {
      const refusal = await api.refused('replaceSuffix', {
        sessionId: id,
        expectedSuffix: [user('one')],
        replacement: [user('two'), bad],
      });
      expect(refusal).toMatchObject({ code: 'BAD_USER_INPUT', path: ['replacement', 1], index: 1 });
    }
    expect(await api.session(id, `${STATE} updatedAt`)).toEqual(before);
  });
}
