import { expect, it } from 'vitest';
import { DIALECTS, storyOf, transfer, WRITTEN } from './agent-items.ts';
import { ITEM, type Api } from './api-under-test.ts';

const STORED = `items { ${ITEM} } skipped session { currentAgent agentsUsed itemCount messageCount }`;
const { user, answer, call, result } = WRITTEN.RESPONSES;

export function runResultRules(api: Api): void {
  const stored = (sessionId: string, items: readonly unknown[], given: object = {}): Promise<any> =>
    api.write('storeAgentResult', { sessionId, items, dialect: 'RESPONSES', ...given }, STORED);
  const story = async (sessionId: string): Promise<string[]> => storyOf(await api.items(sessionId));

  it('appends all of what is said to be new', async () => {
    const sessionId = await api.create();
    await stored(sessionId, [user('yes'), answer('m', 'ok')]);
    const again = await stored(sessionId, [user('yes'), answer('m2', 'ok')], { scope: 'NEW' });
    expect([storyOf(again.items), again.skipped]).toEqual([['USER: yes', 'ASSISTANT: ok'], 0]);
    expect((await api.session(sessionId, 'messageCount')).messageCount).toBe(4);
  });

  it('takes what the history ends in for stored, and all of a list that repeats nothing for new', async () => {
    const sessionId = await api.create();
    await stored(sessionId, [user('hi'), answer('m', 'hello'), user('yes')]);
    expect(await stored(sessionId, [user('yes')])).toMatchObject({ items: [], skipped: 1 });
    const edited = [user('hi!'), answer('m2', 'hello'), user('yes')];
    const { items, skipped } = await stored(sessionId, edited);
    expect([items.map(({ raw }: any) => raw), skipped]).toEqual([edited, 0]);
  });

  it('takes a list for a whole history in AGENTS_JS when nothing is said', async () => {
    const sessionId = await api.create();
    const items = [WRITTEN.AGENTS_JS.user('hi'), WRITTEN.AGENTS_JS.answer('m', 'hi')];
    await api.write('storeAgentResult', { sessionId, items });
    await api.write('storeAgentResult', { sessionId, items, scope: null, dialect: null, messagesOnly: null });
    const kept = await api.items(sessionId, 'raw dialect');
    expect(kept).toEqual(items.map((raw) => ({ raw, dialect: 'AGENTS_JS' })));
  });

  it('keeps unknown types, unknown fields, empty answers and parts of every kind to the letter', async () => {
    const sessionId = await api.create();
    const items = [
      { ...user('hi'), custom: { deep: [1.5, null, { a: '\u0000' }] } },
      { type: 'from_the_future', payload: [] },
      { type: 'reasoning', id: 'rs', summary: [], encrypted_content: 'x' },
      { role: 'user', content: [{ type: 'input_image', image_url: 'https://x/y.png', detail: 'low' }] },
      { role: 'assistant', content: [{ type: 'refusal', refusal: 'No.' }] },
      { role: 'assistant', content: '' },
      { role: 'assistant', content: ' \n' },
      { role: 'developer', content: 'Be brief.' },
    ];
    const { items: added, session } = await stored(sessionId, items);
    expect(added.map(({ raw }: any) => raw)).toEqual(items);
    expect(session).toMatchObject({ itemCount: 8, messageCount: 5 });
    expect(added[4]).toMatchObject({ role: 'ASSISTANT', text: 'No.', parts: [{ refusal: 'No.' }] });
    expect((await stored(sessionId, items)).items).toEqual([]);
  });

  it('keeps only messages of users and assistants that have text when asked to, each time', async () => {
    const sessionId = await api.create();
    const first = [
      { role: 'system', content: 'Be kind.' },
      user('q'),
      { type: 'reasoning', id: 'rs', summary: [] },
      call('c', 'look'),
      result('c', 'look', 'found'),
      ...transfer(WRITTEN.RESPONSES, 't', 'b'),
      { role: 'assistant', content: [] },
      { role: 'assistant', content: [{ type: 'refusal', refusal: 'no' }] },
      answer('m1', 'a'),
    ];
    await stored(sessionId, first, { messagesOnly: true });
    expect(await story(sessionId)).toEqual(['USER: q', 'null > b', 'ASSISTANT: no', 'ASSISTANT: a']);
    const again = await stored(sessionId, first, { messagesOnly: true });
    expect([again.items, again.skipped]).toEqual([[], 3]);
    await stored(sessionId, [...first, user('q2'), call('d', 'x'), answer('m2', 'a2')], {
      messagesOnly: true,
    });
    expect((await api.session(sessionId, 'messageCount itemCount')).messageCount).toBe(5);
    expect((await story(sessionId)).slice(4)).toEqual(['USER: q2', 'ASSISTANT: a2']);
  });

  it('makes the agent that is named the current one, from its first answer on', async () => {
    const sessionId = await api.create();
    const first = await stored(sessionId, [user('q'), call('c', 'look'), result('c', 'look', 'x')], {
      currentAgent: 'guide',
    });
    expect(storyOf(first.items)).toEqual(['USER: q', 'null > guide', 'call look', 'result of look']);
    expect(first.items.map(({ agent }: any) => agent)).toEqual([null, 'guide', 'guide', 'guide']);
    const again = await stored(sessionId, [user('q2'), answer('m', 'a2')], {
      scope: 'NEW',
      currentAgent: 'guide',
    });
    expect(storyOf(again.items)).toEqual(['USER: q2', 'ASSISTANT: a2']);
    expect(again.session).toMatchObject({ currentAgent: 'guide', agentsUsed: ['guide'] });
  });

  it('lets the agent that is named win over what the items say', async () => {
    const sessionId = await api.create();
    const items = [user('q'), ...transfer(WRITTEN.RESPONSES, 't', 'b'), answer('m', 'a')];
    const { session } = await stored(sessionId, items, { currentAgent: 'c' });
    expect(session).toMatchObject({ currentAgent: 'c', agentsUsed: ['b', 'c'] });
    expect((await stored(sessionId, items, { currentAgent: 'c' })).items).toEqual([]);
  });

  it('sets the agent of a result that adds nothing else', async () => {
    const sessionId = await api.create();
    const items = [user('q'), answer('m', 'a')];
    await stored(sessionId, items);
    const { items: added, session } = await stored(sessionId, items, { currentAgent: 'guide' });
    expect([storyOf(added), session.currentAgent]).toEqual([['null > guide'], 'guide']);
    expect((await stored(sessionId, items, { currentAgent: 'guide' })).items).toEqual([]);
  });

  it.each(DIALECTS)(
    'hands over after a transfer in %s, to the agent that its result names',
    async (dialect) => {
      const items = WRITTEN[dialect];
      const sessionId = await api.create();
      const run = [
        items.user('q'),
        items.call('t', 'transfer_to_billing_agent'),
        items.result('t', 'transfer_to_billing_agent', '{"assistant":"Billing Agent"}'),
        items.call('u', 'transfer_to_refunds'),
        items.result('u', 'transfer_to_refunds', 'Over to you.'),
        items.answer('m', 'a'),
      ];
      const { session } = await stored(sessionId, run, { dialect });
      expect(await story(sessionId)).toEqual([
        'USER: q',
        'call transfer_to_billing_agent',
        'result of transfer_to_billing_agent',
        'null > Billing Agent',
        'call transfer_to_refunds',
        'result of transfer_to_refunds',
        'Billing Agent > refunds',
        'ASSISTANT: a',
      ]);
      expect(session).toMatchObject({ currentAgent: 'refunds', agentsUsed: ['Billing Agent', 'refunds'] });
      expect(await api.inputs(sessionId, `dialect: ${dialect}`)).toEqual(run);
    },
  );

  it('hands over when the result of a stored transfer comes later', async () => {
    const sessionId = await api.create();
    const [calls, results] = transfer(WRITTEN.RESPONSES, 't', 'b');
    await stored(sessionId, [user('q'), calls]);
    expect((await api.session(sessionId, 'currentAgent')).currentAgent).toBeNull();
    const { items } = await stored(sessionId, [user('q'), calls, results]);
    expect(storyOf(items)).toEqual(['result of transfer_to_b', 'null > b']);
  });

  it('keeps once what a run tells when it waits for an approval, and again when it has gone on', async () => {
    const sessionId = await api.create();
    const transferred = transfer(WRITTEN.RESPONSES, 't', 'billing');
    const waits = [user('q'), call('a', 'look'), result('a', 'look', 'seen')];
    await stored(sessionId, waits);
    // The call that waited stands before the result that was there.
    const all = [
      user('q'),
      call('a', 'look'),
      call('b', 'refund'),
      result('a', 'look', 'seen'),
      result('b', 'refund', 'done'),
      ...transferred,
      answer('m', 'Refunded.'),
    ];
    const once = { idempotencyKey: 'resumed', currentAgent: 'billing' };
    const { items, skipped, session } = await stored(sessionId, all, once);
    expect(skipped).toBe(3);
    expect(storyOf(items)).toEqual([
      'call refund',
      'result of refund',
      'call transfer_to_billing',
      'result of transfer_to_billing',
      'null > billing',
      'ASSISTANT: Refunded.',
    ]);
    expect(session.itemCount).toBe(9);
    expect(await stored(sessionId, all, once)).toMatchObject({ items, skipped });
    expect((await stored(sessionId, all)).items).toEqual([]);
    expect((await stored(sessionId, [...all, user('and')])).items).toHaveLength(1);
  });

  it('is refused whole for one bad item, and says which', async () => {
    const sessionId = await api.create();
    await stored(sessionId, [user('kept')]);
    const before = await api.session(sessionId, 'cursor itemCount currentAgent');
    const bad: readonly object[] = [
      {},
      { role: 'robot', content: 'x' },
      { type: 5 },
      { role: 'user' },
      { role: 'user', content: 5 },
      { role: 'user', content: ['text'] },
      { role: 'assistant', content: [{ text: 'no type' }] },
      { type: 'x', deep: { constructor: 1 } },
      { type: 'x', text: '\ud800' },
    ];
    for (const item of bad) {
      for (const scope of ['WHOLE', 'NEW']) {
        const items = [user('kept'), ...transfer(WRITTEN.RESPONSES, 't', 'b'), item, answer('m', 'x')];
        const input = { sessionId, items, scope, dialect: 'RESPONSES', currentAgent: 'c' };
        const refusal = await api.refused('storeAgentResult', input);
        expect(refusal).toMatchObject({ code: 'BAD_USER_INPUT', index: 3, path: ['items', 3] });
      }
    }
    expect(await api.session(sessionId, 'cursor itemCount currentAgent')).toEqual(before);
  });

  it('says which item is no object at all', async () => {
    const sessionId = await api.create();
    for (const value of [5, 'text', null, [], [{}], true]) {
      const refusal = await api.refused('storeAgentResult', { sessionId, items: [user('q'), value] });
      expect(refusal).toMatchObject({ code: 'BAD_USER_INPUT', path: ['input', 'items', 1], index: 1 });
    }
  });

  it('takes an empty list for a run that said nothing', async () => {
    const sessionId = await api.create();
    await stored(sessionId, [user('q')]);
    const { items, skipped, session } = await stored(sessionId, []);
    expect([items, skipped, session.itemCount]).toEqual([[], 0, 1]);
  });

  it('takes 10,000 items of which 1,000 are new, and refuses more of either', async () => {
    const sessionId = await api.create();
    const items = Array.from({ length: 10_001 }, (_, n) => ({ type: 'n', id: `n${n}` }));
    const refused = (some: readonly object[]) => api.refused('storeAgentResult', { sessionId, items: some });
    expect(await refused(items)).toMatchObject({
      code: 'BAD_USER_INPUT',
      path: ['items'],
      limit: 10_000,
      actual: 10_001,
    });
    expect(await refused(items.slice(0, 1001))).toMatchObject({
      code: 'BAD_USER_INPUT',
      path: ['items'],
      limit: 1000,
      actual: 1001,
    });
    expect((await api.session(sessionId, 'itemCount')).itemCount).toBe(0);
    for (let to = 1000; to <= 9000; to += 1000) {
      const input = { sessionId, items: items.slice(to - 1000, to), scope: 'NEW' };
      await api.write('storeAgentResult', input);
    }
    const whole = { sessionId, items: items.slice(0, 10_000) };
    const { skipped, session } = await api.write(
      'storeAgentResult',
      whole,
      'skipped session { itemCount cursor }',
    );
    expect([skipped, session.itemCount]).toEqual([9000, 10_000]);
    expect(await api.write('storeAgentResult', whole, 'skipped items { id } session { cursor }')).toEqual({
      skipped: 10_000,
      items: [],
      session: { cursor: session.cursor },
    });
  });
}
