import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { agentsSdkItem } from '../../../src/core/import/agents-sdk.ts';
import { LIMITS } from '../../../src/core/limits.ts';

const digest = (text: string): string => createHash('sha256').update(text).digest('base64url');
const KEY = 'agents:session:s:messages';

function convert(json: string | null, index = 0) {
  return agentsSdkItem({ format: 'AGENTS_SDK', key: KEY, index, json }, LIMITS, digest);
}

function itemOf(json: string) {
  const imported = convert(json);
  if ('refused' in imported) throw new Error(imported.refused);
  return imported.item;
}

describe('an item of the Agents SDK', () => {
  it('is kept as it is, in the dialect of the Responses API', () => {
    const json =
      '{"id":"fc_1","call_id":"call_1","name":"weather","arguments":"{\\"city\\": \\"Łódź\\"}","type":"function_call","x":[null]}';
    expect(itemOf(json)).toMatchObject({
      raw: json,
      dialect: 'RESPONSES',
      role: null,
      call: { id: 'call_1', name: 'weather' },
    });
  });

  it('has null for the numbers of Python that JSON does not have', () => {
    const json = '{"type":"function_call_output","call_id":"c","output":"NaN","score":NaN,"max":-Infinity}';
    expect(JSON.parse(itemOf(json).raw)).toMatchObject({ output: 'NaN', score: null, max: null });
  });

  it('is a message when it has a role', () => {
    expect(itemOf('{"content":"Hello","role":"user"}').role).toBe('USER');
    expect(itemOf('{"role":"assistant","content":[],"type":"message"}').role).toBe('ASSISTANT');
  });

  it('is known by its place and by what stands there', () => {
    const one = '{"role":"user","content":"yes"}';
    const { entry } = convert(one);
    expect(entry).toBe(`${KEY}[0] ${digest(one).slice(0, 12)}`);
    expect(convert(one).entry).toBe(entry);
    expect(convert(one, 2).entry).not.toBe(entry);
    expect(convert('{"role":"user","content":"no"}').entry).not.toBe(entry);
  });

  it.each([
    [null, 'it holds bytes that are no text'],
    ['{"role": "user"', 'it is no JSON'],
    ['[]', 'it is no JSON object'],
    ['{"__enc__": 1}', 'it has neither a type nor the role of a message'],
    ['{"role": "user", "content": 1}', 'it has a content that is no text and no list of parts'],
    ['{"role": "user", "content": "\\ud800"}', 'it holds a lone surrogate, which is no text'],
  ])('is refused with the reason: %s', (json, refused) => {
    expect(convert(json)).toMatchObject({ refused });
  });
});
