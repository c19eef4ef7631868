import { expect, it } from 'vitest';
import { ITEM, type Api } from './api-under-test.ts';

/** Items, and what is shown of them beside what all items have. */
const ITEMS: readonly (readonly [string, object, object])[] = [
  [
    'a call of the Agents SDK',
    { type: 'function_call', callId: 'c1', name: 'sum', arguments: '{"a":1}', status: 'completed' },
    { __typename: 'ToolCall', callId: 'c1', name: 'sum', arguments: '{"a":1}' },
  ],
  [
    'a call of the Responses API, with arguments that are no JSON',
    { type: 'function_call', id: 'fc_1', call_id: 'c2', name: 'sum', arguments: '{"a":' },
    { __typename: 'ToolCall', callId: 'c2', name: 'sum', arguments: '{"a":' },
  ],
  [
    'a call of a tool that is built into the model',
    { type: 'web_search_call', id: 'ws_1', status: 'completed', action: { type: 'search', query: 'q' } },
    {
      __typename: 'ToolCall',
      callId: 'ws_1',
      name: 'web_search',
      arguments: '{"type":"search","query":"q"}',
    },
  ],
  [
    'a result that names its tool',
    { type: 'function_call_result', callId: 'c1', name: 'sum', output: { type: 'text', text: '3' } },
    { __typename: 'ToolResult', callId: 'c1', toolName: 'sum', output: { type: 'text', text: '3' } },
  ],
  [
    'a result without a call',
    { type: 'function_call_output', call_id: 'nobody', output: 'x' },
    { __typename: 'ToolResult', callId: 'nobody', toolName: null, output: 'x' },
  ],
  [
    'reasoning of the Responses API',
    { type: 'reasoning', id: 'r', summary: [{ type: 'summary_text', text: 'a' }, { text: 'b' }] },
    { __typename: 'Reasoning', summary: 'a\nb' },
  ],
  [
    'reasoning of the Agents SDK',
    { type: 'reasoning', content: [{ type: 'input_text', text: 'a' }] },
    { __typename: 'Reasoning', summary: 'a' },
  ],
  [
    'reasoning that is kept secret',
    { type: 'reasoning', encrypted: 'x' },
    { __typename: 'Reasoning', summary: '' },
  ],
  [
    'an item of an unknown type',
    { type: 'brand_new', x: [1] },
    { __typename: 'OtherItem', type: 'brand_new' },
  ],
  [
    'an item that a writer made look like a hand-off',
    { type: 'handoff', from: null, to: 'x' },
    { __typename: 'OtherItem', type: 'handoff' },
  ],
  [
    'a message of an unknown role',
    { type: 'message', role: 'robot', content: 'x' },
    { __typename: 'OtherItem', type: 'message' },
  ],
  [
    'a message without a type',
    { role: 'assistant', content: 'x' },
    { __typename: 'Message', role: 'ASSISTANT', text: 'x' },
  ],
  [
    'an empty message, which models do write',
    { type: 'message', role: 'assistant', content: [] },
    { __typename: 'Message', role: 'ASSISTANT', text: '', parts: [] },
  ],
];

export function itemTypes(api: Api): void {
  it.each(ITEMS)('shows %s', async (_what, raw, shown) => {
    const sessionId = await api.create();
    const answer = await api.write('addItems', { sessionId, items: [raw] }, `items { ${ITEM} }`);
    expect(answer.items).toMatchObject([{ raw, derived: false, ...shown }]);
    expect(await api.items(sessionId)).toEqual(answer.items);
  });

  it('finds the tool’s name of a result in its call, earlier or in the same write', async () => {
    const sessionId = await api.create();
    const call = (id: string, name: string) => ({
      type: 'function_call',
      call_id: id,
      name,
      arguments: '{}',
    });
    const result = (id: string) => ({ type: 'function_call_output', call_id: id, output: 'done' });
    await api.write('addItems', { sessionId, dialect: 'RESPONSES', items: [call('1', 'one')] });
    await api.write('addItems', {
      sessionId,
      dialect: 'RESPONSES',
      items: [call('2', 'two'), result('2'), result('1'), result('3'), call('3', 'three')],
    });
    const kept = await api.items(sessionId, '... on ToolResult { callId toolName }');
    expect(kept.filter(({ callId }) => callId !== undefined)).toEqual([
      { callId: '2', toolName: 'two' },
      { callId: '1', toolName: 'one' },
      { callId: '3', toolName: null },
    ]);
  });

  it('finds no tool’s name in the call of another session', async () => {
    const [one, other] = [await api.create(), await api.create()];
    const call = { type: 'function_call', call_id: 'c', name: 'secret', arguments: '{}' };
    await api.write('addItems', { sessionId: one, items: [call] });
    const result = { type: 'function_call_output', call_id: 'c', output: 'done' };
    await api.write('addItems', { sessionId: other, items: [result] });
    expect(await api.items(other, '... on ToolResult { toolName }')).toEqual([{ toolName: null }]);
  });

  it.each(['constructor', 'toString', '__proto__', 'hasOwnProperty'])(
    'takes the role %s for an unknown one',
    async (role) => {
      const sessionId = await api.create();
      const bare = await api.refused('addItems', { sessionId, items: [{ role, content: 'x' }] });
      expect(bare).toMatchObject({ code: 'BAD_USER_INPUT', index: 0 });
      const typed = { type: 'message', role, content: 'x' };
      const answer = await api.write('addItems', { sessionId, items: [typed] }, `items { ${ITEM} }`);
      expect(answer.items).toMatchObject([{ __typename: 'OtherItem', type: 'message', raw: typed }]);
    },
  );
}
