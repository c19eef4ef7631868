import { describe, expect, it } from 'vitest';
import type { RedisVlRecord } from '../../../src/core/import/foreign.ts';
import { redisVlItem } from '../../../src/core/import/redisvl.ts';
import { LIMITS } from '../../../src/core/limits.ts';

const KEY = 'agent_sessions:conv:1755768104.25:0a1b2c3d';

/** The item, parsed, or why there is none. */
function convert(given: Partial<RedisVlRecord> = {}): any {
  const imported = redisVlItem(
    {
      format: 'REDISVL',
      key: KEY,
      role: 'user',
      content: 'Hello',
      timestamp: 1755768104.25,
      toolCallId: null,
      metadata: null,
      ...given,
    },
    LIMITS,
  );
  if ('refused' in imported) return { refused: imported.refused };
  const { raw, metadata, ...item } = imported.item;
  return { ...item, raw: JSON.parse(raw), metadata: JSON.parse(metadata) };
}

describe('a message of RedisVL', () => {
  it('becomes the message that its writer gave to the model, with its time and its key', () => {
    expect(convert()).toMatchObject({
      raw: { role: 'user', content: 'Hello' },
      dialect: 'RESPONSES',
      role: 'USER',
      agent: null,
      derived: false,
      metadata: {
        importedFrom: { entry: KEY, timestamp: 1755768104.25, createdAt: '2025-08-21T09:21:44.250Z' },
      },
    });
  });

  it.each([
    ['user', 'USER'],
    ['assistant', 'ASSISTANT'],
    ['llm', 'ASSISTANT'],
    ['system', 'SYSTEM'],
    ['developer', 'DEVELOPER'],
  ])('with the role %s is of %s', (role, expected) => {
    expect(convert({ role })).toMatchObject({ role: expected });
  });

  it('of a tool is the result of its call', () => {
    const { raw, role, metadata } = convert({ role: 'tool', toolCallId: 'call_1', content: '21 °C' });
    expect(raw).toEqual({ type: 'function_call_output', call_id: 'call_1', output: '21 °C' });
    expect(role).toBeNull();
    expect(metadata.importedFrom.toolCallId).toBe('call_1');
  });

  it('of a tool that names no call is known by its own key', () => {
    expect(convert({ role: 'tool' }).raw).toEqual({
      type: 'function_call_output',
      call_id: KEY,
      output: 'Hello',
    });
  });

  it('keeps its own metadata as the metadata of the item', () => {
    expect(convert({ metadata: '{"score": 0.5, "tags": ["a"]}' }).metadata).toEqual({
      score: 0.5,
      tags: ['a'],
      importedFrom: expect.objectContaining({ entry: KEY }),
    });
  });

  it.each(['"a text"', '[1]', 'NaN', '{"a": NaN}', 'not JSON', '{"importedFrom": 1}', '{"__proto__": 1}'])(
    'keeps metadata that can be none of an item as text: %s',
    (metadata) => {
      expect(convert({ metadata }).metadata).toEqual({
        importedFrom: expect.objectContaining({ entry: KEY, metadata }),
      });
    },
  );

  it('may be empty, as answers of models are', () => {
    expect(convert({ role: 'llm', content: '' })).toMatchObject({ raw: { role: 'assistant', content: '' } });
  });

  it.each([
    [{ role: 'narrator' }, 'its role is "narrator"'],
    [{ role: 'toString' }, 'its role is "toString"'],
    [{ role: null }, 'it has no role, or one that is no text'],
    [{ content: null }, 'it has no content, or one that is no text'],
    [{ content: ' \n' }, 'it is a message that is only spaces'],
    [{ content: 'x'.repeat(LIMITS.itemBytes) }, 'it is larger than 4194304 bytes'],
    [{ metadata: `"${'x'.repeat(LIMITS.metadataBytes)}"` }, 'metadata is larger than 65536 bytes'],
  ])('is refused with the reason: case %#', (given, refused) => {
    expect(convert(given)).toEqual({ refused });
  });
});
