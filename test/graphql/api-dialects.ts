import { expect, it } from 'vitest';
import { DIALECTS, transfer, WRITTEN } from './agent-items.ts';
import type { Api } from './api-under-test.ts';

/** A turn of every common kind of item, as each SDK writes it. */
const TURN = {
  AGENTS_JS: [
    { type: 'message', role: 'system', content: 'Be kind.' },
    WRITTEN.AGENTS_JS.user('Where is it warm?'),
    {
      type: 'reasoning',
      id: 'rs_1',
      content: [{ type: 'input_text', text: 'I should look.' }],
      providerData: { encrypted_content: 'x' },
    },
    WRITTEN.AGENTS_JS.call('1', 'get_weather'),
    WRITTEN.AGENTS_JS.result('1', 'get_weather', '28 °C in Bergen'),
    {
      type: 'hosted_tool_call',
      id: 'ws_1',
      name: 'web_search_call',
      status: 'completed',
      providerData: { type: 'web_search_call', action: { type: 'search', query: 'warm' } },
    },
    WRITTEN.AGENTS_JS.answer('msg_1', 'In Bergen.'),
  ],
  RESPONSES: [
    { role: 'system', content: 'Be kind.' },
    WRITTEN.RESPONSES.user('Where is it warm?'),
    {
      type: 'reasoning',
      id: 'rs_1',
      summary: [{ type: 'summary_text', text: 'I should look.' }],
      encrypted_content: 'x',
    },
    WRITTEN.RESPONSES.call('1', 'get_weather'),
    WRITTEN.RESPONSES.result('1', 'get_weather', '28 °C in Bergen'),
    {
      type: 'web_search_call',
      id: 'ws_1',
      status: 'completed',
      action: { type: 'search', query: 'warm' },
    },
    WRITTEN.RESPONSES.answer('msg_1', 'In Bergen.'),
  ],
} as const;

const OTHER = { AGENTS_JS: 'RESPONSES', RESPONSES: 'AGENTS_JS' } as const;

export function dialects(api: Api): void {
  const withItems = async (dialect: 'AGENTS_JS' | 'RESPONSES', items: readonly object[]): Promise<string> => {
    const sessionId = await api.create();
    await api.write('addItems', { sessionId, items, dialect });
    return sessionId;
  };

  it.each(DIALECTS)('gives what was written in %s back unchanged in it', async (dialect) => {
    const odd = [
      { ...WRITTEN[dialect].user('x'), unknown: { field: [1, 2.5, null] } },
      { type: 'from_the_future', deep: { a: [{}] } },
      { role: 'assistant', content: 'a bare text' },
      { type: 'unknown', providerData: { type: 'x', id: 'y' } },
      // Of the other dialect, and yet written in this one.
      WRITTEN[OTHER[dialect]].call('9', 'odd'),
      WRITTEN[OTHER[dialect]].result('9', 'odd', 'x'),
    ];
    const items = [...TURN[dialect], ...odd];
    const id = await withItems(dialect, items);
    expect(await api.inputs(id, `dialect: ${dialect}`)).toEqual(items);
    expect((await api.items(id, 'raw dialect')).map(({ raw }) => raw)).toEqual(items);
  });

  it('gives AGENTS_JS when nothing is said', async () => {
    const id = await withItems('AGENTS_JS', TURN.AGENTS_JS);
    expect(await api.inputs(id)).toEqual(TURN.AGENTS_JS);
    expect(await api.inputs(id, 'dialect: null')).toEqual(TURN.AGENTS_JS);
    const other = await withItems('RESPONSES', TURN.RESPONSES);
    expect(await api.inputs(other)).toEqual(await api.inputs(other, 'dialect: AGENTS_JS'));
  });

  it('converts what Python wrote for JavaScript', async () => {
    const inputs = await api.inputs(await withItems('RESPONSES', TURN.RESPONSES));
    expect(inputs).toMatchObject([
      { role: 'system', content: 'Be kind.' },
      { role: 'user', content: 'Where is it warm?' },
      { type: 'reasoning', id: 'rs_1', content: [{ type: 'input_text', text: 'I should look.' }] },
      { type: 'function_call', callId: 'call_1', name: 'get_weather', arguments: '{}', status: 'completed' },
      { type: 'function_call_result', callId: 'call_1', name: 'get_weather', status: 'completed' },
      { type: 'hosted_tool_call', id: 'ws_1', providerData: { type: 'web_search_call' } },
      {
        type: 'message',
        id: 'msg_1',
        role: 'assistant',
        status: 'completed',
        content: [{ type: 'output_text', text: 'In Bergen.' }],
      },
    ]);
    expect(inputs[4].output).toEqual('28 °C in Bergen');
  });

  it('converts what JavaScript wrote for Python', async () => {
    const inputs = await api.inputs(await withItems('AGENTS_JS', TURN.AGENTS_JS), 'dialect: RESPONSES');
    expect(inputs).toMatchObject([
      { role: 'system', content: 'Be kind.' },
      { role: 'user', content: 'Where is it warm?' },
      {
        type: 'reasoning',
        id: 'rs_1',
        summary: [{ type: 'summary_text', text: 'I should look.' }],
        encrypted_content: 'x',
      },
      { type: 'function_call', call_id: 'call_1', name: 'get_weather', arguments: '{}' },
      { type: 'function_call_output', call_id: 'call_1', output: '28 °C in Bergen' },
      { type: 'web_search_call', id: 'ws_1', status: 'completed', action: { query: 'warm' } },
      { type: 'message', id: 'msg_1', role: 'assistant', content: [{ text: 'In Bergen.' }] },
    ]);
    expect(JSON.stringify(inputs)).not.toContain('providerData');
    expect(JSON.stringify(inputs)).not.toContain('callId');
  });

  it('makes a system message of a developer, and keeps the developer for Python', async () => {
    const sessionId = await api.create();
    await api.write('addMessage', { sessionId, role: 'DEVELOPER', text: 'Be brief.' });
    expect(await api.inputs(sessionId)).toMatchObject([{ role: 'system', content: 'Be brief.' }]);
    expect(await api.inputs(sessionId, 'dialect: RESPONSES')).toMatchObject([
      { role: 'developer', content: 'Be brief.' },
    ]);
  });

  it('wraps what JavaScript has no form for, and gives Python exactly that back', async () => {
    const items = [
      { type: 'custom_tool_call', id: 'ct', call_id: 'c', name: 'x', input: 'raw' },
      { type: 'from_the_future', payload: { a: 1 } },
    ];
    const id = await withItems('RESPONSES', items);
    const inputs = await api.inputs(id);
    expect(inputs).toEqual([
      { type: 'unknown', id: 'ct', providerData: items[0] },
      { type: 'unknown', providerData: items[1] },
    ]);
    const back = await withItems('AGENTS_JS', inputs);
    expect(await api.inputs(back, 'dialect: RESPONSES')).toEqual(items);
  });

  it.each(DIALECTS)('keeps the meaning of %s there and back', async (dialect) => {
    const there = await api.inputs(await withItems(dialect, TURN[dialect]), `dialect: ${OTHER[dialect]}`);
    const back = await api.inputs(await withItems(OTHER[dialect], there), `dialect: ${dialect}`);
    const again = await api.inputs(await withItems(dialect, back), `dialect: ${OTHER[dialect]}`);
    expect(again).toEqual(there);
    expect(back.map((item) => item.type ?? 'message')).toEqual(
      TURN[dialect].map((item) => ('type' in item ? item.type : 'message')),
    );
  });

  it('converts each item of a session that both languages write to', async () => {
    const sessionId = await api.create();
    const write = (dialect: 'AGENTS_JS' | 'RESPONSES', n: number) => {
      const { user, call, result, answer } = WRITTEN[dialect];
      const items = [user(`q${n}`), call(`${n}`, 'look'), result(`${n}`, 'look', 'x'), answer(`m${n}`, 'a')];
      return api.write('addItems', { sessionId, items, dialect, agent: `agent ${n}` });
    };
    await write('AGENTS_JS', 1);
    await write('RESPONSES', 2);
    await write('AGENTS_JS', 3);
    for (const dialect of DIALECTS) {
      const inputs = await api.inputs(sessionId, `dialect: ${dialect}`);
      const { user, call, result, answer } = WRITTEN[dialect];
      for (const n of [1, 2, 3]) {
        const own = [user(`q${n}`), call(`${n}`, 'look'), result(`${n}`, 'look', 'x'), answer(`m${n}`, 'a')];
        const turn = inputs.slice(4 * (n - 1), 4 * n);
        if ((n === 2) === (dialect === 'RESPONSES')) expect(turn).toEqual(own);
        else {
          const id = dialect === 'RESPONSES' ? 'call_id' : 'callId';
          expect(turn.map((item) => item[id])).toEqual([undefined, `call_${n}`, `call_${n}`, undefined]);
          expect(turn.map((item) => item.role)).toEqual(['user', undefined, undefined, 'assistant']);
        }
      }
    }
  });

  it('names the tool of a result whose call is not among the inputs', async () => {
    const { call, result, user } = WRITTEN.RESPONSES;
    const sessionId = await withItems('RESPONSES', [call('1', 'look'), user('and?')]);
    await api.write('addItems', { sessionId, items: [{ type: 'compaction', encrypted_content: 'x' }] });
    await api.write('addItems', { sessionId, items: [result('1', 'look', 'x')], dialect: 'RESPONSES' });
    expect((await api.inputs(sessionId)).at(-1)).toMatchObject({
      type: 'function_call_result',
      name: 'look',
    });
  });

  it.each(DIALECTS)('cuts and filters what it gives in %s as it does what was written', async (dialect) => {
    const id = await withItems(OTHER[dialect], TURN[OTHER[dialect]]);
    const all = await api.inputs(id, `dialect: ${dialect}`);
    expect(await api.inputs(id, `dialect: ${dialect}, limit: 5`)).toEqual(all.slice(2));
    // The result at the beginning would have lost its call.
    expect(await api.inputs(id, `dialect: ${dialect}, limit: 3`)).toEqual(all.slice(5));
    expect(await api.inputs(id, `dialect: ${dialect}, messagesOnly: true`)).toEqual([all[1], all[6]]);
    expect(await api.inputs(id, `dialect: ${dialect}, messagesOnly: true, limit: 1`)).toEqual([all[6]]);
  });

  it('leaves hand-offs out of both', async () => {
    const items = [WRITTEN.RESPONSES.user('q'), ...transfer(WRITTEN.RESPONSES, 't', 'b')];
    const sessionId = await api.create();
    await api.write('storeAgentResult', { sessionId, items, dialect: 'RESPONSES' });
    expect((await api.session(sessionId, 'itemCount')).itemCount).toBe(4);
    for (const dialect of DIALECTS) {
      expect(await api.inputs(sessionId, `dialect: ${dialect}`)).toHaveLength(3);
    }
  });

  it('gives long histories in both dialects as of the cursor of the same answer', async () => {
    const sessionId = await api.create();
    const { user } = WRITTEN.AGENTS_JS;
    const batch = (from: number) => Array.from({ length: 1000 }, (_, n) => user(`${from + n}`));
    for (const from of [0, 1000]) await api.write('addItems', { sessionId, items: batch(from) });
    let writing = true;
    const writers = Promise.all(
      [0, 1].map(async () => {
        for (let n = 0; n < 30; n++) {
          await api.write('addItems', { sessionId, items: [user('a'), user('b')] });
        }
      }),
    ).finally(() => (writing = false));
    let answers = 0;
    while (writing) {
      const { cursor, itemCount, js, python, newest, items } = await api.session(
        sessionId,
        `cursor itemCount js: agentInputs python: agentInputs(dialect: RESPONSES)
         newest: agentInputs(limit: 3) items(last: 1) { nodes { raw } }`,
      );
      answers++;
      expect([js.length, python.length, cursor]).toEqual([itemCount, itemCount, expect.any(String)]);
      expect(js.at(-1)).toEqual(items.nodes[0].raw);
      expect(js.slice(-3)).toEqual(newest);
      expect(js.slice(0, 2000).map(({ content }: any) => Number(content))).toEqual(
        Array.from({ length: 2000 }, (_, n) => n),
      );
      expect(python.map(({ content }: any) => content)).toEqual(js.map(({ content }: any) => content));
    }
    await writers;
    expect(answers).toBeGreaterThan(1);
  });
}
