import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  canonicalJson,
  checkBytes,
  checkedJsonObject,
  isJsonObject,
  jsonFault,
  mergePatch,
  type JsonObject,
} from '../../src/core/json.ts';

/** RFC 7396, appendix A, as far as both are objects; the others stand one level deeper, as values of a key. */
const APPENDIX: readonly (readonly [JsonObject, JsonObject, JsonObject])[] = [
  [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
  [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
  [{ a: 'b' }, { a: null }, {}],
  [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
  [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
  [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
  [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
  [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
  [{ v: ['a', 'b'] }, { v: ['c', 'd'] }, { v: ['c', 'd'] }],
  [{ v: { a: 'b' } }, { v: ['c'] }, { v: ['c'] }],
  [{ v: { a: 'foo' } }, { v: null }, {}],
  [{ v: { a: 'foo' } }, { v: 'bar' }, { v: 'bar' }],
  [{ e: null }, { a: 1 }, { e: null, a: 1 }],
  [{ v: [1, 2] }, { v: { a: 'b', c: null } }, { v: { a: 'b' } }],
  [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
];

const anyObject = fc
  .dictionary(fc.string(), fc.jsonValue())
  .map((value): JsonObject => JSON.parse(JSON.stringify(value)))
  .filter((value) => !JSON.stringify(value).includes('"__proto__":'));

describe('a merge patch', () => {
  it.each(APPENDIX)('makes of %j with %j the object %j', (target, patch, merged) => {
    expect(mergePatch(target, patch)).toEqual(merged);
  });

  it('changes neither the object nor the patch', () => {
    fc.assert(
      fc.property(anyObject, anyObject, (target, patch) => {
        const before = JSON.stringify([target, patch]);
        mergePatch(target, patch);
        expect(JSON.stringify([target, patch])).toBe(before);
      }),
    );
  });

  it('does nothing the second time', () => {
    fc.assert(
      fc.property(anyObject, anyObject, (target, patch) => {
        const once = mergePatch(target, patch);
        expect(mergePatch(once, patch)).toEqual(once);
      }),
    );
  });

  it('that is empty changes nothing', () => {
    fc.assert(
      fc.property(anyObject, (target) => {
        expect(mergePatch(target, {})).toEqual(target);
      }),
    );
  });
});

describe('what cannot be kept as JSON', () => {
  const nested = (depth: number): JsonObject => (depth === 1 ? {} : { a: nested(depth - 1) });

  it.each([
    ['a lone surrogate', '\ud800'],
    ['a lone surrogate in a key', { a: { 'b\udc00': 1 } }],
    ['a number outside of doubles', [1, Infinity]],
    ['no number', { a: NaN }],
    ['nothing', undefined],
    ['nothing in a list', [undefined]],
    ['a function', { a: () => 1 }],
    ['a big integer', { a: 1n }],
    ['a symbol', Symbol('x')],
    ['the key __proto__', JSON.parse('{"a":[{"__proto__":1}]}')],
    ['the key constructor', { constructor: 1 }],
    ['the key prototype', { a: { prototype: null } }],
    ['a level too much', nested(4)],
    ['a list too deep', [[[[]]]]],
  ])('is %s', (_what, value) => {
    expect(jsonFault(value, 3)).toEqual(expect.any(String));
  });

  it('is nothing that JSON can say', () => {
    fc.assert(
      fc.property(anyObject, (value) => {
        fc.pre(!/"(constructor|prototype)":/.test(JSON.stringify(value)));
        expect(jsonFault(value, 100)).toBeNull();
      }),
    );
    expect(jsonFault(nested(3), 3)).toBeNull();
    expect(jsonFault({ a: 'constructor', b: ['__proto__'] }, 3)).toBeNull();
  });

  it('is found without reading a value aloud', () => {
    expect(jsonFault({ secret: 'hunter2\ud800' }, 3)).not.toContain('hunter2');
  });
});

describe('an object within bounds', () => {
  const bounds = { name: 'metadata', maxDepth: 2, maxBytes: 20 };

  it('becomes its JSON text', () => {
    expect(checkedJsonObject({ b: 1, a: [] }, bounds)).toBe('{"b":1,"a":[]}');
    expect(checkedJsonObject({ a: 'é'.repeat(6) }, bounds)).toBe('{"a":"éééééé"}');
  });

  it.each([
    ['null', null],
    ['a list', []],
    ['a text', 'x'],
    ['too deep', { a: { b: {} } }],
    ['too large in bytes, not in characters', { a: 'é'.repeat(7) }],
  ])('is not %s', (_what, value) => {
    expect(() => checkedJsonObject(value, bounds)).toThrow(
      expect.objectContaining({
        code: 'BAD_USER_INPUT',
        details: expect.objectContaining({ path: ['metadata'] }),
      }),
    );
  });

  it('is no null and no list, whatever typeof says', () => {
    expect([{}, Object.create(null), [], null, 'x', 1].map(isJsonObject)).toEqual([
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
  });
});

describe('the size of a text', () => {
  it('is measured in bytes of UTF-8, and refused from one byte too much on, with what was measured', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 0, max: 40 }), (text, limit) => {
        const actual = Buffer.byteLength(text);
        const check = () => checkBytes(text, limit, 'text', { index: 3 });
        if (actual <= limit) return check();
        expect(check).toThrow(
          expect.objectContaining({ code: 'PAYLOAD_TOO_LARGE', details: { limit, actual, index: 3 } }),
        );
      }),
    );
  });
});

describe('canonical JSON', () => {
  /** The same value with the keys of all its objects in the opposite order. */
  const reversed = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(reversed);
    if (!isJsonObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value)
        .toReversed()
        .map(([key, inner]) => [key, reversed(inner)]),
    );
  };

  it('is the same whatever order the keys came in', () => {
    fc.assert(
      fc.property(anyObject, (value) => {
        expect(canonicalJson(reversed(value))).toBe(canonicalJson(value));
      }),
    );
    expect(canonicalJson({ b: 1, a: [{ d: 1, c: 2 }], 10: 0, 9: 0 })).toBe(
      '{"9":0,"10":0,"a":[{"c":2,"d":1}],"b":1}',
    );
  });

  it('says the same value', () => {
    fc.assert(
      fc.property(anyObject, (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(value);
      }),
    );
  });

  it('is another for another value', () => {
    const values = [
      {},
      { a: [] },
      { a: {} },
      { a: null },
      { a: '1' },
      { a: 1 },
      { a: [1, 2] },
      { a: [2, 1] },
      { b: 1 },
    ];
    expect(new Set(values.map(canonicalJson)).size).toBe(values.length);
  });
});
