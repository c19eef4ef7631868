import { describe, expect, it } from 'vitest';
import { shapeOf } from '../../src/core/agents/shape.ts';

describe('the shape of an item', () => {
  it.each([
    ['user', 'USER'],
    ['assistant', 'ASSISTANT'],
    ['system', 'SYSTEM'],
    ['developer', 'DEVELOPER'],
  ])('with the role %s is a message, with or without a type', (role, expected) => {
    expect(shapeOf({ role })).toEqual({ kind: 'message', role: expected });
    expect(shapeOf({ type: 'message', role })).toEqual({ kind: 'message', role: expected });
  });

  it.each(['robot', 'User', '', 5, null, 'constructor', 'toString', '__proto__', 'valueOf'])(
    'with the role %j is none, or an unknown one when it says that it is a message',
    (role) => {
      expect(shapeOf({ role })).toBeNull();
      expect(shapeOf({ type: 'message', role })).toEqual({ kind: 'other', type: 'message' });
    },
  );

  it.each([{}, { content: 'x' }, { type: 5 }, { type: null, name: 'x' }])('is none for %j', (raw) => {
    expect(shapeOf(raw)).toBeNull();
  });

  it('is another when a role stands in an item of another type', () => {
    expect(shapeOf({ type: 'x', role: 'user' })).toEqual({ kind: 'other', type: 'x' });
  });

  it.each([
    [{ callId: 'c', name: 'f', arguments: '{}' }, 'c', 'f', '{}'],
    [{ call_id: 'c', id: 'fc', name: 'f', arguments: 'no json' }, 'c', 'f', 'no json'],
    [{ id: 'c', name: 'f', input: 'text' }, 'c', 'f', 'text'],
    [{ call_id: 'c', action: { type: 'click' } }, 'c', 'function', '{"type":"click"}'],
    [{ call_id: 'c', operation: { a: 1 } }, 'c', 'function', '{"a":1}'],
    [{ call_id: 'c', arguments: { a: 1 } }, 'c', 'function', '{"a":1}'],
    [{ call_id: 'c' }, 'c', 'function', '{}'],
  ])('is a call for %j', (raw, callId, name, given) => {
    const shape = { kind: 'call', callId, name, arguments: given };
    expect(shapeOf({ type: 'function_call', ...raw })).toEqual(shape);
  });

  it.each([
    'function_call_output',
    'function_call_result',
    'computer_call_output',
    'custom_tool_call_output',
    'shell_call_output',
  ])('is a result for the type %s', (type) => {
    expect(shapeOf({ type, call_id: 'c', output: ['x'] })).toEqual({
      kind: 'result',
      callId: 'c',
      name: null,
      output: ['x'],
    });
    expect(shapeOf({ type, callId: 'c', name: 'f', output: '' })).toEqual({
      kind: 'result',
      callId: 'c',
      name: 'f',
      output: '',
    });
  });

  it('gives the whole result where it has no output', () => {
    const raw = { type: 'function_call_output', call_id: 'c', error: 'x' };
    expect(shapeOf(raw)).toMatchObject({ output: raw });
  });

  it.each(['function_call', 'function_call_output'])('is another for the type %s without an id', (type) => {
    expect(shapeOf({ type, name: 'f' })).toEqual({ kind: 'other', type });
  });

  it.each([
    [{ summary: [{ type: 'summary_text', text: 'a' }, { text: 'b' }] }, 'a\nb'],
    [{ content: [{ type: 'input_text', text: 'a' }] }, 'a'],
    [{ summary: [], content: [{ text: 'hidden' }] }, ''],
    [{ summary: 'text' }, ''],
    [{ summary: [5, null, { text: 5 }, { text: 'a' }] }, 'a'],
    [{}, ''],
  ])('is reasoning for %j', (raw, summary) => {
    expect(shapeOf({ type: 'reasoning', ...raw })).toEqual({ kind: 'reasoning', summary });
  });

  it('is never a hand-off: only the store writes those', () => {
    expect(shapeOf({ type: 'handoff', from: null, to: 'x' })).toEqual({ kind: 'other', type: 'handoff' });
  });
});
