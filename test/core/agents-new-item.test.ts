import { describe, expect, it } from 'vitest';
import { newItems, textItem } from '../../src/core/agents/new-item.ts';
import { LIMITS } from '../../src/core/limits.ts';

const CONTEXT = { dialect: 'RESPONSES', agent: 'guide', metadata: '{"a":1}' } as const;
const LIMITED = { ...LIMITS, itemsPerWrite: 3, itemBytes: 60, itemDepth: 3 };

const refused = (values: readonly unknown[]) => {
  try {
    newItems(values, CONTEXT, LIMITED);
  } catch (error) {
    return error;
  }
  return null;
};

describe('new items', () => {
  it('keep their JSON, and what their writer says of them', () => {
    const value = { role: 'user', z: 1, content: 'x', a: [] };
    expect(newItems([value], CONTEXT, LIMITS)).toEqual([
      {
        ...CONTEXT,
        raw: '{"role":"user","z":1,"content":"x","a":[]}',
        role: 'USER',
        derived: false,
        status: 'COMPLETED',
        call: null,
        resultOf: null,
      },
    ]);
  });

  it('have a role exactly when they are messages', () => {
    const values = [
      { role: 'assistant', content: [] },
      { type: 'reasoning' },
      { type: 'message', role: 'robot', content: 'x' },
    ];
    expect(newItems(values, CONTEXT, LIMITS).map(({ role }) => role)).toEqual(['ASSISTANT', null, null]);
  });

  it('may be messages without any text, in however many parts', () => {
    const empty = { type: 'output_text', text: '' };
    expect(newItems([{ role: 'assistant', content: [empty, empty] }], CONTEXT, LIMITS)).toHaveLength(1);
  });

  it('tell calls, and which call a result without a name needs', () => {
    const values = [
      { type: 'function_call', call_id: 'c', name: 'f', arguments: '{}' },
      { type: 'function_call_output', call_id: 'c', output: 'x' },
      { type: 'function_call_result', callId: 'c', name: 'f', output: 'x' },
    ];
    expect(newItems(values, CONTEXT, LIMITS)).toMatchObject([
      { call: { id: 'c', name: 'f' }, resultOf: null },
      { call: null, resultOf: 'c' },
      { call: null, resultOf: null },
    ]);
  });

  it.each<readonly [string, unknown, string]>([
    ['no object', 'x', 'BAD_USER_INPUT'],
    ['a list', [], 'BAD_USER_INPUT'],
    ['null', null, 'BAD_USER_INPUT'],
    ['neither type nor role', { content: 'x' }, 'BAD_USER_INPUT'],
    ['a content of no known form', { role: 'user', content: {} }, 'BAD_USER_INPUT'],
    ['no content', { role: 'assistant' }, 'BAD_USER_INPUT'],
    ['only spaces', { role: 'user', content: '\n ' }, 'BAD_USER_INPUT'],
    ['only spaces in parts', { role: 'user', content: [{ type: 'text', text: ' ' }] }, 'BAD_USER_INPUT'],
    [
      'a refusal of only spaces',
      { role: 'user', content: [{ type: 'refusal', refusal: ' ' }] },
      'BAD_USER_INPUT',
    ],
    ['too deep', { type: 'x', a: { b: { c: {} } } }, 'BAD_USER_INPUT'],
    ['a lone surrogate', { type: 'x', a: '\ud800' }, 'BAD_USER_INPUT'],
    ['a reserved key', { type: 'x', a: { prototype: 1 } }, 'BAD_USER_INPUT'],
    ['too many bytes', { type: 'x', a: '€'.repeat(20) }, 'PAYLOAD_TOO_LARGE'],
  ])('are refused for %s, with the index of the first at fault', (_what, bad, code) => {
    expect(refused([{ type: 'x' }, bad, bad])).toMatchObject({ code, details: { index: 1 } });
  });

  it('are refused when there are none or too many', () => {
    expect(refused([])).toMatchObject({ code: 'BAD_USER_INPUT', details: { path: ['items'] } });
    expect(refused([1, 2, 3, 4])).toMatchObject({ code: 'BAD_USER_INPUT', details: { limit: 3, actual: 4 } });
    expect(refused(Array.from({ length: 3 }, () => ({ type: 'x' })))).toBeNull();
  });

  it.each([
    ['nothing at all, as models do write it', ''],
    ['no parts', []],
    [
      'spaces beside something that is no text',
      [
        { type: 'text', text: ' ' },
        { type: 'input_image', image: 'x' },
      ],
    ],
  ])('may be messages that hold %s', (_what, content) => {
    expect(newItems([{ role: 'assistant', content }], CONTEXT, LIMITS)).toHaveLength(1);
  });
});

describe('a plain text', () => {
  it('becomes an item in the form of the SDK, or of the Responses API where the SDK has none', () => {
    const context = { agent: 'guide', metadata: '{}' };
    const items = (['USER', 'ASSISTANT', 'SYSTEM', 'DEVELOPER'] as const).map((role) =>
      textItem(role, 'x', context),
    );
    expect(items.map(({ dialect }) => dialect)).toEqual(['AGENTS_JS', 'AGENTS_JS', 'AGENTS_JS', 'RESPONSES']);
    expect(items.map(({ raw }): unknown => JSON.parse(raw))).toEqual([
      { type: 'message', role: 'user', content: 'x' },
      {
        type: 'message',
        role: 'assistant',
        status: 'completed',
        content: [{ type: 'output_text', text: 'x' }],
      },
      { type: 'message', role: 'system', content: 'x' },
      { type: 'message', role: 'developer', content: 'x' },
    ]);
  });

  it('is the item that it would be if it were added as one', () => {
    for (const role of ['USER', 'ASSISTANT', 'SYSTEM', 'DEVELOPER'] as const) {
      const item = textItem(role, 'x', { agent: 'guide', metadata: '{}' });
      const context = { dialect: item.dialect, agent: 'guide', metadata: '{}' };
      expect(newItems([JSON.parse(item.raw)], context, LIMITS)).toEqual([item]);
    }
  });
});
